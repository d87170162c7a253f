//! Where the programs of the project are.

use std::env;
use std::path::{Path, PathBuf};

/// Finds a program of the project: in the environment variable (`HOGNOSE_CONFORM` for `hognose-conform`), next to
/// the running executable or in the folder above (where cargo puts tests), then on `PATH`.
pub fn find_executable(name: &str) -> Option<PathBuf> {
    let variable = name.to_uppercase().replace('-', "_");
    if let Some(path) = env::var_os(&variable).map(PathBuf::from).filter(|path| path.is_file()) {
        return Some(path);
    }
    let current = env::current_exe().ok();
    let near = current.iter().flat_map(|path| path.ancestors().skip(1).take(2)).map(Path::to_path_buf);
    let on_path = env::var_os("PATH").unwrap_or_default();
    near.chain(env::split_paths(&on_path)).map(|folder| folder.join(name)).find(|candidate| candidate.is_file())
}
