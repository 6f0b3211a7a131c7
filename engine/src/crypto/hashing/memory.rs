use std::sync::{Mutex, PoisonError};

use argon2::Block;

/// The memory that argon2 works in. It is kept for the next hash, one block of memory per hash that runs at a time. It is not
/// wiped, but overwritten: its content reveals no more about a secret of 256 bits than the hash does.
pub(super) struct Memory {
    /// The number of blocks of 1 KiB for one hash; 0 if no memory is kept.
    kept: usize,
    idle: Mutex<Vec<Vec<Block>>>,
}

impl Memory {
    /// Keeps the memory of hashes that need this many blocks.
    pub(super) fn reusing(blocks: usize) -> Self {
        Self { kept: blocks, idle: Mutex::default() }
    }

    /// Keeps no memory.
    pub(super) fn not_reusing() -> Self {
        Self::reusing(0)
    }

    /// Runs `work` with kept blocks, or with `None` if the blocks must be allocated for this hash only.
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
    fn memory_is_reused_by_hashes_of_its_size() {
        let memory = Memory::reusing(8);
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
