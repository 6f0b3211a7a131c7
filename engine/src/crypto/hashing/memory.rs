use std::sync::{Mutex, PoisonError};

use argon2::Block;

/// The memory that argon2 works in, kept from one hash for the next: as much as hashes run at a time. It is not wiped,
/// but overwritten: what it holds gives a secret of 256 bits away no more than the hash does.
pub(super) struct Memory {
    /// Of how many blocks of 1 KiB it is; 0 if none is kept.
    kept: usize,
    idle: Mutex<Vec<Vec<Block>>>,
}

impl Memory {
    /// Keeps the memory of hashes that take so many blocks.
    pub(super) fn kept_for(blocks: usize) -> Self {
        Self { kept: blocks, idle: Mutex::default() }
    }

    /// Keeps none.
    pub(super) fn given_back() -> Self {
        Self::kept_for(0)
    }

    /// Works in so many blocks that are kept; `None` if they are to come from the system and go back to it.
    pub(super) fn with<T>(&self, blocks: usize, work: impl FnOnce(Option<&mut [Block]>) -> T) -> T {
        if blocks != self.kept {
            return work(None);
        }
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = idle().pop();
        let mut memory = kept.unwrap_or_else(|| vec![Block::new(); blocks]);
        let result = work(Some(&mut memory));
        idle().push(memory);
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_kept_for_the_next_of_its_size_and_no_more_than_is_in_use_at_a_time() {
        let memory = Memory::kept_for(8);
        let idle = || memory.idle.lock().unwrap().len();
        memory.with(8, |first| {
            memory.with(8, |second| assert_eq!((first.unwrap().len(), second.unwrap().len()), (8, 8)));
            assert_eq!(idle(), 1);
            memory.with(8, |_| assert_eq!(idle(), 0));
        });
        assert_eq!(idle(), 2);
        memory.with(9, |other| assert!(other.is_none()));
        assert_eq!(idle(), 2);
    }
}
