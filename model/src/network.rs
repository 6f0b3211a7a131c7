//! The network of an address, for limits.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
};

/// The network to which an address belongs in limits: an IPv4 address itself, or the /64 of an IPv6 address, which is the
/// smallest network that a customer gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl Network {
    /// Returns the network of an address. An IPv4 address mapped to IPv6 counts as IPv4.
    #[must_use]
    pub fn new(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(IpAddr::V4(address)),
            IpAddr::V6(address) => Self(first_of(address, 64)),
        }
    }

    /// Returns the /48 of an IPv6 address, in which one customer may have 65,536 networks (RFC 6177 §2). `None` for IPv4.
    #[must_use]
    pub fn site(address: IpAddr) -> Option<Self> {
        match address.to_canonical() {
            IpAddr::V4(_) => None,
            IpAddr::V6(address) => Some(Self(first_of(address, 48))),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

fn first_of(address: Ipv6Addr, prefix_length: u32) -> IpAddr {
    IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - prefix_length))))
}
