#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sh.h"

HANDLE stream[3];

/* As CommandLineToArgvW takes it apart again. */
static char *quote(char *line, const char *word) {
  size_t slashes = 0;
  line = join_text(line, line == NULL ? "\"" : " \"", line == NULL ? 1 : 2);
  for (; *word != '\0'; word++) {
    if (*word == '"') for (size_t left = slashes + 1; left > 0; left--) line = join_text(line, "\\", 1);
    slashes = *word == '\\' ? slashes + 1 : 0;
    line = join_text(line, word, 1);
  }
  for (; slashes > 0; slashes--) line = join_text(line, "\\", 1);
  return join_text(line, "\"", 1);
}

static wchar_t *own_path(void) {
  static wchar_t path[32768];
  GetModuleFileNameW(NULL, path, 32768);
  return path;
}

static Started start(const wchar_t *program, Words *words) {
  char *line = NULL;
  for (int index = 0; index < words->count; index++) line = quote(line, words->word[index]);
  STARTUPINFOW info = {.cb = sizeof info, .dwFlags = STARTF_USESTDHANDLES};
  HANDLE given[3];
  for (int index = 0; index < 3; index++)
    DuplicateHandle(GetCurrentProcess(), stream[index], GetCurrentProcess(), &given[index], 0, TRUE,
                    DUPLICATE_SAME_ACCESS);
  info.hStdInput = given[0], info.hStdOutput = given[1], info.hStdError = given[2];
  PROCESS_INFORMATION process = {0};
  Started started = {0};
  if (CreateProcessW(program, to_wide(line), NULL, NULL, TRUE, CREATE_NO_WINDOW, NULL, NULL, &info, &process)) {
    CloseHandle(process.hThread);
    started.pid = process.dwProcessId, started.handle = process.hProcess;
  }
  for (int index = 0; index < 3; index++) CloseHandle(given[index]);
  return started;
}

Started start_shell(const char *text, size_t size) {
  Words words = {3, {"sh", "-c", join_text(NULL, text, size)}};
  for (int index = 0; index < parameters.count; index++) words.word[words.count++] = parameters.word[index];
  return start(own_path(), &words);
}

Started start_program(Words *words) {
  wchar_t *name = to_wide(words->word[0]), found[32768];
  static const wchar_t *const endings[] = {L".exe", L".", NULL};
  for (int index = 0; endings[index] != NULL; index++) {
    DWORD length = SearchPathW(NULL, name, endings[index], 32768, found, NULL);
    if (length == 0) continue;
    char start_of_file[2] = "";
    HANDLE file = open_file(from_wide(found), '<');
    DWORD count;
    ReadFile(file, start_of_file, 2, &count, NULL);
    CloseHandle(file);
    if (start_of_file[0] == 'M' && start_of_file[1] == 'Z') return start(found, words);
    /* A script, for us to read. */
    Words script = {2, {"sh", from_wide(found)}};
    for (int word = 1; word < words->count; word++) script.word[script.count++] = words->word[word];
    return start(own_path(), &script);
  }
  write_text(2, "sh: not found: ");
  write_text(2, words->word[0]);
  write_text(2, "\n");
  return (Started){0};
}

int wait_for(Started started) {
  if (started.handle == NULL) return 127;
  DWORD code = 1;
  WaitForSingleObject(started.handle, INFINITE);
  GetExitCodeProcess(started.handle, &code);
  CloseHandle(started.handle);
  return (int)code;
}

HANDLE open_file(const char *path, char kind) {
  SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
  DWORD access = kind == '<' ? GENERIC_READ : kind == 'a' ? FILE_APPEND_DATA | SYNCHRONIZE : GENERIC_WRITE;
  DWORD how = kind == '<' ? OPEN_EXISTING : kind == 'a' ? OPEN_ALWAYS : CREATE_ALWAYS;
  const char *name = strcmp(path, "/dev/null") == 0 ? "NUL" : path;
  HANDLE file = CreateFileW(to_wide(name), access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                            &inheritable, how, FILE_ATTRIBUTE_NORMAL, NULL);
  if (file == INVALID_HANDLE_VALUE) {
    write_text(2, "sh: cannot open ");
    write_text(2, path);
    write_text(2, "\n");
  }
  return file;
}
