#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sh.h"

void give_up(const char *what, const char *about) {
  write_text(2, "sh: ");
  write_text(2, what);
  write_text(2, ": ");
  write_text(2, about);
  write_text(2, "\n");
  exit(2);
}

char *join_text(char *text, const char *more, size_t size) {
  size_t length = text == NULL ? 0 : strlen(text);
  char *joined = realloc(text, length + size + 1);
  memcpy(joined + length, more, size);
  joined[length + size] = '\0';
  return joined;
}

wchar_t *to_wide(const char *text) {
  int length = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
  wchar_t *wide = calloc(length, sizeof *wide);
  MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, length);
  return wide;
}

char *from_wide(const wchar_t *text) {
  int length = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
  char *narrow = calloc(length, 1);
  WideCharToMultiByte(CP_UTF8, 0, text, -1, narrow, length, NULL, NULL);
  return narrow;
}

void write_text(int which, const char *text) {
  DWORD written;
  WriteFile(stream[which], text, strlen(text), &written, NULL);
}

static char *read_all(const char *path) {
  HANDLE file = open_file(path, '<');
  if (file == INVALID_HANDLE_VALUE) exit(127);
  DWORD size = GetFileSize(file, NULL), count;
  char *text = calloc(size + 1, 1);
  ReadFile(file, text, size, &count, NULL);
  CloseHandle(file);
  return text;
}

/* The name by which we were called, without folder and ending. */
static char *called_as(const wchar_t *path) {
  const wchar_t *name = path;
  for (const wchar_t *here = path; *here != L'\0'; here++) if (*here == L'\\' || *here == L'/') name = here + 1;
  char *narrow = from_wide(name);
  char *ending = strrchr(narrow, '.');
  if (ending != NULL) *ending = '\0';
  return narrow;
}

int wmain(int count, wchar_t **argument) {
  stream[0] = GetStdHandle(STD_INPUT_HANDLE);
  stream[1] = GetStdHandle(STD_OUTPUT_HANDLE);
  stream[2] = GetStdHandle(STD_ERROR_HANDLE);
  Words words = {0};
  for (int index = 0; index < count && index < WORDS_MAX; index++) words.word[words.count++] = from_wide(argument[index]);
  words.word[0] = called_as(argument[0]);
  if (strcmp(words.word[0], "sh") != 0) return run_tool(&words);
  int first = 1;
  const char *text;
  while (first < count && words.word[first][0] == '-' && strchr(words.word[first], 'c') == NULL) first++;
  if (first < count && words.word[first][0] == '-') {
    if (++first >= count) give_up("no text behind", "-c");
    text = words.word[first++];
  } else if (first < count) {
    text = read_all(words.word[first]);
  } else give_up("nothing to run", "");
  for (int index = first; index < words.count; index++) parameters.word[parameters.count++] = words.word[index];
  if (parameters.count == 0) parameters.word[parameters.count++] = "sh";
  return run_text(text);
}
