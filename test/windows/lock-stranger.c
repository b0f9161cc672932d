/* A program of another make, for the lock on Windows. It stays until its standard input ends.
   take <path>         takes the lock as docs say it: byte 0, length 1, exclusive, without waiting
   keep <pid> <path>   duplicates the handle that the process has of the file, so that its file object outlives the close */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static HANDLE handle_of(DWORD pid, const wchar_t *path) {
  HANDLE process = OpenProcess(PROCESS_DUP_HANDLE, FALSE, pid);
  const wchar_t *name = wcsrchr(path, L'\\') + 1;
  for (ULONG_PTR value = 4; value < 4096; value += 4) {
    HANDLE copy;
    wchar_t found[1024];
    if (!DuplicateHandle(process, (HANDLE)value, GetCurrentProcess(), &copy, 0, FALSE, DUPLICATE_SAME_ACCESS)) continue;
    DWORD length = GetFileType(copy) == FILE_TYPE_DISK ? GetFinalPathNameByHandleW(copy, found, 1024, 0) : 0;
    if (length > 0 && wcsstr(found, name) != NULL) return copy;
    CloseHandle(copy);
  }
  return INVALID_HANDLE_VALUE;
}

int wmain(int count, wchar_t **argument) {
  if (count == 3 && wcscmp(argument[1], L"take") == 0) {
    HANDLE file = CreateFileW(argument[2], GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                              OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    OVERLAPPED from_start = {0};
    DWORD how = LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY;
    if (LockFileEx(file, how, 0, 1, 0, &from_start)) puts("held");
    else if (GetLastError() == ERROR_LOCK_VIOLATION) puts("refused");
    else printf("error %lu\n", GetLastError());
  } else if (count == 4 && wcscmp(argument[1], L"keep") == 0) {
    puts(handle_of(wcstoul(argument[2], NULL, 10), argument[3]) == INVALID_HANDLE_VALUE ? "not found" : "kept");
  } else return 2;
  fflush(stdout);
  while (getchar() != EOF) {}
  return 0;
}
