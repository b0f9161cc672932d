/*
 * Starts a command as the root of a tree that no process leaves: a session leader and child subreaper, so that whatever
 * its descendants leave behind becomes its own child instead of init's. See clone(2), prctl(2), setsid(2).
 *
 * Compiled by Bun's own compiler at the first start. It includes nothing and is linked with nothing, so that no machine needs to have
 * a C compiler's headers and libraries: functions of the C library are macros with their addresses, see starter.ts.
 */
enum { CLONE_VM = 0x100, CLONE_VFORK = 0x4000, SIGCHLD = 17, SIGNALS = 64, SIG_SETMASK = 2 };
enum { PR_SET_CHILD_SUBREAPER = 36, PR_GET_CHILD_SUBREAPER = 37, SYS_close_range = 436, INHERITED_MAX = 1024 };

struct start {
  char *const *argv;
  char *const *envp;
  int null_fd, log_fd;
  /* Written by the child into the memory that it shares with us until it has replaced itself. */
  volatile int error;
};

static int run(void *argument) {
  struct start *start = argument;
  /* Larger than any sigaction and sigset_t; all zero is the default action, and an empty set. */
  char zero[256];
  int ends[2];
  for (unsigned i = 0; i < sizeof zero; i++) zero[i] = 0;
  for (int signal = 1; signal <= SIGNALS; signal++) sigaction(signal, zero, 0);
  if (setsid() < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0) goto failed;
  /* The root, so that no folder of anyone's is kept: the one that a process runs in can't be removed. */
  if (chdir("/") < 0 || dup2(start->null_fd, 0) < 0) goto failed;
  if (dup2(start->log_fd, 1) < 0 || dup2(start->log_fd, 2) < 0) goto failed;
  /* Not known to a kernel before 5.9, nor to some containers' filters. What we open the exec closes; what we were given has low numbers. */
  if (syscall(SYS_close_range, 3, ~0U, 0) < 0)
    for (int fd = 3; fd < INHERITED_MAX; fd++) close(fd);
  /* So its ends are 3 and 4: a log that the worker can't reopen, and so not empty. */
  if (pipe(ends) < 0) goto failed;
  sigprocmask(SIG_SETMASK, zero, 0);
  execve(start->argv[0], start->argv, start->envp);
failed:
  start->error = *__errno_location();
  _exit(127);
  return 0;
}

/* 0, or an error number with a minus. What emulates another processor may know none, and then a child's failure isn't seen here. */
int ask_subreaper(void) {
  int is;
  return prctl(PR_GET_CHILD_SUBREAPER, &is, 0, 0, 0) < 0 ? -*__errno_location() : 0;
}

/* The pid of the child, whose exec is through; or an error number with a minus. */
int start_tree(char *const *argv, char *const *envp, int null_fd, int log_fd) {
  struct start start = {argv, envp, null_fd, log_fd, 0};
  char stack[32768] __attribute__((aligned(16)));
  char all[128], before[128];
  for (unsigned i = 0; i < sizeof all; i++) all[i] = -1;
  /* No handler of ours may run in the child, on memory that is ours. */
  sigprocmask(SIG_SETMASK, all, before);
  int pid = clone(run, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &start);
  int error = pid < 0 ? *__errno_location() : start.error;
  /* No one else knows of it. */
  if (start.error) waitpid(pid, 0, 0);
  sigprocmask(SIG_SETMASK, before, 0);
  return error ? -error : pid;
}
