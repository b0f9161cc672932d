/* The worker of the race on Windows; kinds, arguments and records are those of test/races/orphan-repro/worker.sh. */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tlhelp32.h>
#include <wchar.h>

static wchar_t workers[1024], begun[1024], own_path[1024], seconds[32];
static char line[256];

static const char *variable(const char *name) {
  const char *value = getenv(name);
  return value == NULL ? "" : value;
}

/* 0: it is not there any more. */
static unsigned long long start_of(DWORD pid) {
  HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, pid);
  FILETIME created, other;
  unsigned long long start = 0;
  if (process != NULL && WaitForSingleObject(process, 0) == WAIT_TIMEOUT &&
      GetProcessTimes(process, &created, &other, &other, &other))
    start = ((unsigned long long)created.dwHighDateTime << 32) | created.dwLowDateTime;
  if (process != NULL) CloseHandle(process);
  return start;
}

/* One line behind all others: under a lock, since Wine's appends are no single step. Journal.append takes the same one. */
static void append(const wchar_t *path, const char *text) {
  wchar_t lock_path[1030];
  swprintf(lock_path, 1030, L"%ls.lock", path);
  DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE, written;
  HANDLE lock = CreateFileW(lock_path, GENERIC_READ | GENERIC_WRITE, share, NULL, OPEN_ALWAYS, 0, NULL);
  OVERLAPPED from_start = {0};
  LockFileEx(lock, LOCKFILE_EXCLUSIVE_LOCK, 0, 1, 0, &from_start);
  HANDLE file = CreateFileW(path, FILE_APPEND_DATA, share, NULL, OPEN_ALWAYS, 0, NULL);
  WriteFile(file, text, strlen(text), &written, NULL);
  CloseHandle(file);
  UnlockFileEx(lock, 0, 1, 0, &from_start);
  CloseHandle(lock);
}

/* First written, then looked: of two that come at once, at least one sees the other. How many there were before. */
static int begin(const char *verb) {
  char text[512], other[512];
  int others = 0, run;
  unsigned long pid;
  unsigned long long start;
  snprintf(line, sizeof line, "%s %s %lu %llu", variable("KANBUN_TASK"), variable("KANBUN_RUN"), GetCurrentProcessId(),
           start_of(GetCurrentProcessId()));
  snprintf(text, sizeof text, "%s %s\n", verb, line);
  append(workers, text);
  snprintf(text, sizeof text, "%s\n", strchr(line, ' ') + 1);
  append(begun, text);
  FILE *file = _wfopen(begun, L"r");
  while (file != NULL && fgets(other, sizeof other, file) != NULL) {
    if (sscanf(other, "%d %lu %llu", &run, &pid, &start) != 3 || run == atoi(variable("KANBUN_RUN"))) continue;
    others++;
    if (start_of(pid) != start) continue;
    snprintf(text, sizeof text, "meets %s %d %lu\n", line, run, pid);
    append(workers, text);
  }
  if (file != NULL) fclose(file);
  return others;
}

__attribute__((noreturn)) static void finish(const char *code) {
  char text[512];
  snprintf(text, sizeof text, "end %s %s\n", line, code);
  append(workers, text);
  exit(atoi(code));
}

static void leave_behind(void) {
  wchar_t command[1200];
  STARTUPINFOW info = {.cb = sizeof info};
  PROCESS_INFORMATION process;
  swprintf(command, 1200, L"\"%ls\" lingers %ls", own_path, seconds);
  CreateProcessW(own_path, command, NULL, NULL, FALSE, DETACHED_PROCESS, NULL, NULL, &info, &process);
}

static void kill_parent(void) {
  PROCESSENTRY32W entry = {.dwSize = sizeof entry};
  HANDLE table = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
  for (BOOL more = Process32FirstW(table, &entry); more; more = Process32NextW(table, &entry)) {
    if (entry.th32ProcessID != GetCurrentProcessId()) continue;
    TerminateProcess(OpenProcess(PROCESS_TERMINATE, FALSE, entry.th32ParentProcessID), 1);
    break;
  }
}

int wmain(int count, wchar_t **argument) {
  wchar_t records[1024], task[64];
  if (count != 3) return 2;
  GetEnvironmentVariableW(L"ORPHAN_REPRO_RECORDS", records, 1024);
  GetEnvironmentVariableW(L"KANBUN_TASK", task, 64);
  GetModuleFileNameW(NULL, own_path, 1024);
  swprintf(workers, 1024, L"%ls\\workers", records);
  swprintf(begun, 1024, L"%ls\\tasks\\%ls", records, task);
  swprintf(seconds, 32, L"%ls", argument[2]);
  const wchar_t *kind = argument[1];
  DWORD milliseconds = (DWORD)(wcstod(seconds, NULL) * 1000);
  if (wcscmp(kind, L"lingers") == 0) {
    begin("linger");
    Sleep(milliseconds);
    finish("-");
  }
  int others = begin("begin");
  if (wcscmp(kind, L"slow") == 0) Sleep(milliseconds);
  if (wcscmp(kind, L"leaves") == 0 || wcscmp(kind, L"escapes") == 0) leave_behind();
  /* The others fail once: the first time that this task is begun. */
  if (others == 0 && wcscmp(kind, L"flaky") == 0) finish("3");
  if (others == 0 && wcsncmp(kind, L"fails-", 6) == 0) {
    leave_behind();
    finish(wcscmp(kind, L"fails-leaving") == 0 ? "4" : "5");
  }
  if (others == 0 && wcscmp(kind, L"unshimmed") == 0) {
    kill_parent();
    Sleep(milliseconds);
    finish("-");
  }
  finish("0");
}
