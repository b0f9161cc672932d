#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sh.h"

static int complain(const char *tool, const char *about) {
  write_text(2, tool);
  write_text(2, ": failed: ");
  write_text(2, about);
  write_text(2, "\n");
  return 1;
}

static int echo(Words *words) {
  for (int index = 1; index < words->count; index++) {
    if (index > 1) write_text(1, " ");
    write_text(1, words->word[index]);
  }
  write_text(1, "\n");
  return 0;
}

/* With %s, \n and nothing else; the format is used once. */
static int print_formatted(Words *words) {
  char *line = join_text(NULL, "", 0);
  int next = 2;
  for (const char *format = words->count > 1 ? words->word[1] : ""; *format != '\0'; format++) {
    if (format[0] == '\\' && format[1] == 'n') { line = join_text(line, "\n", 1); format++; }
    else if (format[0] == '%' && format[1] == 's') {
      const char *word = next < words->count ? words->word[next++] : "";
      line = join_text(line, word, strlen(word));
      format++;
    } else if (strchr("%\\", *format)) give_up("not supported here", format);
    else line = join_text(line, format, 1);
  }
  write_text(1, line);
  return 0;
}

static int copy_stream(HANDLE from, HANDLE to) {
  char part[65536];
  DWORD count, written;
  while (ReadFile(from, part, sizeof part, &count, NULL) && count > 0)
    if (!WriteFile(to, part, count, &written, NULL)) return 1;
  return 0;
}

static int cat(Words *words) {
  if (words->count == 1) return copy_stream(stream[0], stream[1]);
  for (int index = 1; index < words->count; index++) {
    HANDLE file = open_file(words->word[index], '<');
    if (file == INVALID_HANDLE_VALUE) return 1;
    copy_stream(file, stream[1]);
    CloseHandle(file);
  }
  return 0;
}

static int read_line(Words *words) {
  char byte, *line = join_text(NULL, "", 0);
  DWORD count;
  int has_any = 0;
  while (ReadFile(stream[0], &byte, 1, &count, NULL) && count == 1) {
    has_any = 1;
    if (byte == '\n') break;
    if (byte != '\r') line = join_text(line, &byte, 1);
  }
  const char *name = words->count > 1 ? words->word[words->count - 1] : "REPLY";
  SetEnvironmentVariableW(to_wide(name), to_wide(line));
  return has_any ? 0 : 1;
}

static DWORD attributes(const char *path) {
  return GetFileAttributesW(to_wide(path));
}

static int test(Words *words) {
  int count = words->count - 1 - (strcmp(words->word[0], "[") == 0);
  char **word = words->word + 1;
  if (count > 0 && strcmp(word[0], "!") == 0) {
    Words rest = {count, {"test"}};
    memcpy(rest.word + 1, word + 1, (count - 1) * sizeof *word);
    return !test(&rest);
  }
  if (count == 1) return *word[0] == '\0';
  if (count == 2) {
    DWORD found = attributes(word[1]);
    if (strcmp(word[0], "-e") == 0) return found == INVALID_FILE_ATTRIBUTES;
    if (strcmp(word[0], "-d") == 0) return found == INVALID_FILE_ATTRIBUTES || !(found & FILE_ATTRIBUTE_DIRECTORY);
    if (strcmp(word[0], "-f") == 0) return found == INVALID_FILE_ATTRIBUTES || (found & FILE_ATTRIBUTE_DIRECTORY);
    if (strcmp(word[0], "-n") == 0) return *word[1] == '\0';
    if (strcmp(word[0], "-z") == 0) return *word[1] != '\0';
  }
  if (count == 3) {
    if (strcmp(word[1], "=") == 0) return strcmp(word[0], word[2]) != 0;
    if (strcmp(word[1], "!=") == 0) return strcmp(word[0], word[2]) == 0;
    if (strcmp(word[1], "-eq") == 0) return atol(word[0]) != atol(word[2]);
    if (strcmp(word[1], "-lt") == 0) return atol(word[0]) >= atol(word[2]);
  }
  give_up("not supported here", "this test");
}

static int on_files(Words *words, const char *tool) {
  for (int index = 1; index < words->count; index++) {
    wchar_t *path = to_wide(words->word[index]);
    if (words->word[index][0] == '-') continue;
    if (strcmp(tool, "mkdir") == 0 && !CreateDirectoryW(path, NULL)) return complain(tool, words->word[index]);
    if (strcmp(tool, "rm") == 0 && !DeleteFileW(path)) return complain(tool, words->word[index]);
    if (strcmp(tool, "touch") == 0) {
      HANDLE file = open_file(words->word[index], 'a');
      if (file == INVALID_HANDLE_VALUE) return 1;
      CloseHandle(file);
    }
  }
  return 0;
}

static int change_folder(Words *words) {
  return SetCurrentDirectoryW(to_wide(words->word[1])) ? 0 : complain("cd", words->word[1]);
}

static int print_folder(void) {
  wchar_t path[32768];
  GetCurrentDirectoryW(32768, path);
  write_text(1, from_wide(path));
  write_text(1, "\n");
  return 0;
}

static int kill_process(Words *words) {
  HANDLE process = OpenProcess(PROCESS_TERMINATE, FALSE, atol(words->word[words->count - 1]));
  return process != NULL && TerminateProcess(process, 137) ? 0 : complain("kill", words->word[words->count - 1]);
}

/* There are no sessions and no hang-ups on Windows: what is to run in one, or without, is run. */
static int run_rest(Words *words) {
  Words rest = {words->count - 1, {0}};
  memcpy(rest.word, words->word + 1, rest.count * sizeof *rest.word);
  int status = run_tool(&rest);
  return status >= 0 ? status : wait_for(start_program(&rest));
}

int run_tool(Words *words) {
  const char *name = words->word[0];
  static const char *const nothing[] = {":", "true", "trap", "export", "wait", NULL};
  for (int index = 0; nothing[index] != NULL; index++) if (strcmp(name, nothing[index]) == 0) return 0;
  if (strcmp(name, "false") == 0) return 1;
  if (strcmp(name, "exit") == 0) exit(words->count > 1 ? atoi(words->word[1]) : last_status);
  if (strcmp(name, "exec") == 0 && words->count > 1) exit(run_rest(words));
  if (strcmp(name, "setsid") == 0 || strcmp(name, "nohup") == 0) return run_rest(words);
  if (strcmp(name, "echo") == 0) return echo(words);
  if (strcmp(name, "printf") == 0) return print_formatted(words);
  if (strcmp(name, "cat") == 0) return cat(words);
  if (strcmp(name, "read") == 0) return read_line(words);
  if (strcmp(name, "test") == 0 || strcmp(name, "[") == 0) return test(words);
  if (strcmp(name, "mkdir") == 0 || strcmp(name, "touch") == 0 || strcmp(name, "rm") == 0) return on_files(words, name);
  if (strcmp(name, "cd") == 0 && words->count > 1) return change_folder(words);
  if (strcmp(name, "pwd") == 0) return print_folder();
  if (strcmp(name, "kill") == 0 && words->count > 1) return kill_process(words);
  if (strcmp(name, "sleep") == 0 && words->count > 1) {
    Sleep((DWORD)(atof(words->word[1]) * 1000));
    return 0;
  }
  return -1;
}
