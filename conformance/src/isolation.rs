//! What keeps a worker or a program away from the rest of the machine.

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreated, RulesetCreatedAttr, Scope,
};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// Limits of one process.
#[derive(Clone, Copy, Debug)]
pub struct Resources {
    /// Address space in bytes.
    pub memory: u64,
    /// Processor time in seconds; `None` for workers, which answer many requests.
    pub processor_seconds: Option<u64>,
    /// Size of a file that it writes, in bytes.
    pub file_size: u64,
    /// Open files.
    pub files: u64,
}

impl Resources {
    /// What a worker gets, apart from its memory.
    pub fn of_worker(memory_mib: u32) -> Self {
        Resources { memory: u64::from(memory_mib) << 20, processor_seconds: None, file_size: 0, files: 64 }
    }

    /// What a program gets.
    pub fn of_program(seconds: u64) -> Self {
        // The file size bounds nothing on the pipes; scratch files may be as long as captured output.
        Resources { memory: 8 << 30, processor_seconds: Some(seconds + 1), file_size: 16 << 20, files: 256 }
    }

    /// Sets the limits on this process.
    ///
    /// # Errors
    /// When the system refuses one.
    pub fn apply(&self) -> io::Result<()> {
        set_limit(libc::RLIMIT_AS, self.memory)?;
        if let Some(seconds) = self.processor_seconds {
            set_limit(libc::RLIMIT_CPU, seconds)?;
        }
        set_limit(libc::RLIMIT_FSIZE, self.file_size)?;
        set_limit(libc::RLIMIT_NOFILE, self.files)?;
        set_limit(libc::RLIMIT_CORE, 0)
    }
}

fn set_limit(resource: libc::__rlimit_resource_t, value: u64) -> io::Result<()> {
    let limit = libc::rlimit { rlim_cur: value, rlim_max: value };
    // SAFETY: `setrlimit` reads the structure during the call.
    match unsafe { libc::setrlimit(resource, &raw const limit) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Ends this process with its parent, and gives up gaining privileges.
///
/// # Errors
/// When the system refuses.
pub fn tie_to_parent() -> io::Result<()> {
    // SAFETY: these `prctl` calls take plain numbers.
    let refused = unsafe {
        libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL as libc::c_ulong, 0, 0, 0) != 0
            || libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
    };
    if refused { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// The newest Landlock that is asked for; older kernels give what they have.
const WANTED: ABI = ABI::V6;

/// The file system and network as a child may see them: everything may be read, only `writable` written, and no
/// connection opened.
///
/// # Errors
/// When the kernel has no Landlock, or `writable` does not exist.
pub fn landlock(writable: Option<&Path>) -> Result<RulesetCreated, String> {
    let wanted = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(WANTED))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(WANTED)))
        .and_then(|rules| rules.scope(Scope::from_all(WANTED)))
        .map_err(|error| error.to_string())?;
    let rules = wanted.create().map_err(|error| error.to_string())?;
    let root = PathFd::new("/").map_err(|error| error.to_string())?;
    let rules =
        rules.add_rule(PathBeneath::new(root, AccessFs::from_read(WANTED))).map_err(|error| error.to_string())?;
    let null = PathFd::new("/dev/null").map_err(|error| error.to_string())?;
    let rules = rules
        .add_rule(PathBeneath::new(null, AccessFs::ReadFile | AccessFs::WriteFile))
        .map_err(|error| error.to_string())?;
    let Some(writable) = writable else { return Ok(rules) };
    let folder = PathFd::new(writable).map_err(|error| error.to_string())?;
    rules.add_rule(PathBeneath::new(folder, AccessFs::from_all(WANTED))).map_err(|error| error.to_string())
}

/// Makes the child a group of its own with these limits, and shuts it in.
pub fn confine(command: &mut Command, resources: Resources, rules: Option<RulesetCreated>) {
    command.process_group(0);
    let mut rules = rules;
    let prepare = move || {
        resources.apply()?;
        tie_to_parent()?;
        match rules.take() {
            Some(rules) => rules.restrict_self().map(drop).map_err(|_| io::ErrorKind::PermissionDenied.into()),
            None => Ok(()),
        }
    };
    // SAFETY: runs between fork and exec; it makes system calls, and where `landlock` allocates, glibc's allocator is
    // usable in the child because `fork` puts it into a consistent state.
    unsafe { command.pre_exec(prepare) };
}

/// Kills a child and everything that it started.
pub fn kill_group(process_id: u32) {
    // SAFETY: sends a signal; the group is the child's own, made by `confine`, and the child has not been waited for.
    unsafe { libc::kill(-(process_id as i32), libc::SIGKILL) };
}

/// What there is of isolation on this machine, for headers.
#[derive(Clone, Debug)]
pub struct Isolation {
    /// Version of the kernel's Landlock interface, 0 for none.
    pub landlock: i64,
}

impl Isolation {
    /// Asks the kernel.
    pub fn probe() -> Self {
        // SAFETY: with these arguments the call only tells the version.
        let landlock = unsafe { libc::syscall(libc::SYS_landlock_create_ruleset, 0_usize, 0_usize, 1_u32) };
        Isolation { landlock: i64::max(landlock, 0) }
    }

    /// What is used.
    pub fn present(&self) -> Vec<&'static str> {
        let mut present = vec!["own process", "cleared environment", "scratch folder", "rlimits", "no_new_privs"];
        if self.landlock >= 1 {
            present.push("Landlock: files");
        }
        if self.landlock >= 4 {
            present.push("Landlock: TCP");
        }
        if self.landlock >= 6 {
            present.push("Landlock: signals");
        }
        present
    }

    /// What is missing.
    pub fn missing(&self) -> Vec<&'static str> {
        let mut missing = Vec::new();
        if self.landlock < 1 {
            missing.push("Landlock (programs can write files)");
        }
        if self.landlock < 4 {
            missing.push("TCP (programs can open connections)");
        }
        if self.landlock < 6 {
            missing.push("signals (programs can signal other processes)");
        }
        missing.push("other sockets (UDP is not restricted)");
        missing
    }
}
