//! Files: originals named by their hash, their sidecars, and the spool that a paid answer falls into.
//!
//! Order of writes, everywhere: temporary file, write, fsync, rename, fsync of the folder. A file written without the
//! first fsync comes back empty after a power cut, a rename without the second comes back missing.

pub mod folder;
pub mod objects;
pub mod relocate;
pub mod sidecar;
pub mod spool;
