//! The programs that are compared.

use crate::python;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// One program.
#[derive(Clone, Debug)]
pub struct Case {
    /// As reports and expectation files call it.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// What a snippet is called where it runs.
const SNIPPET: &str = "snippet.py";

impl Case {
    /// Whether it is one of many in a file of snippets.
    pub fn is_snippet(&self) -> bool {
        self.path.as_os_str() == SNIPPET
    }
}

/// Reads files, and the `.py` files below folders, in sorted order.
///
/// # Errors
/// When one cannot be read.
pub fn from_paths(paths: &[PathBuf]) -> io::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for path in paths {
        let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        if path.is_dir() {
            for file in files_below(path, "py").map_err(named)? {
                cases.push(read(&file, file.to_string_lossy().into_owned())?);
            }
            for file in files_below(path, "snippets").map_err(named)? {
                cases.extend(snippets(&file).map_err(named)?);
            }
        } else if path.extension().is_some_and(|extension| extension == "snippets") {
            cases.extend(snippets(path).map_err(named)?);
        } else {
            cases.push(read(path, path.to_string_lossy().into_owned()).map_err(named)?);
        }
    }
    Ok(cases)
}

/// The standard library of the linked CPython, its tests included, without installed packages.
///
/// # Errors
/// When a file cannot be read.
pub fn standard_library() -> io::Result<Vec<Case>> {
    let root = Path::new(python::HOME).join("lib").join("python3.11");
    let mut cases = Vec::new();
    for file in files_below(&root, "py")? {
        let inside = file.strip_prefix(&root).unwrap_or(&file).to_path_buf();
        if !inside.starts_with("site-packages") {
            cases.push(read(&file, format!("Lib/{}", inside.display()))?);
        }
    }
    Ok(cases)
}

/// Many small programs in one file, separated by lines of four dashes; each is called by file and first line.
fn snippets(path: &Path) -> io::Result<Vec<Case>> {
    let text = fs::read_to_string(path)?;
    let mut cases = Vec::new();
    let mut first_line = 1;
    for snippet in text.split_inclusive("----\n") {
        let name = format!("{}:{first_line}", path.display());
        first_line += snippet.lines().count();
        let bytes = snippet.strip_suffix("----\n").unwrap_or(snippet).as_bytes().to_vec();
        cases.push(Case { path: PathBuf::from(SNIPPET), name, bytes });
    }
    Ok(cases)
}

fn read(path: &Path, name: String) -> io::Result<Case> {
    Ok(Case { name, path: path.to_path_buf(), bytes: fs::read(path)? })
}

/// The files with this extension below a folder, sorted.
///
/// # Errors
/// When a folder cannot be read.
pub fn files_below(folder: &Path, wanted: &str) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == wanted) {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
