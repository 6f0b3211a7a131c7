use std::time::Duration;

/// How far a node has come with the changes of all nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClusterProgress {
    /// The age of the latest proof that this node is current; zero if there is one node.
    pub lag: Duration,
    /// The number of the last change that this node has applied.
    pub applied: i64,
    /// How many changes this node had still to apply when it last asked.
    pub behind: i64,
    /// How many nodes were live when this node last asked, itself included.
    pub nodes: usize,
}
