#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sh.h"

static char *field;       /* the one that is being put together, NULL before its first part */
static Words *fields;     /* where it goes */

static void append(const char *text, size_t size) {
  field = join_text(field, text, size);
}

static void end_field(void) {
  if (field == NULL) return;
  if (fields->count == WORDS_MAX) give_up("too many words", "");
  fields->word[fields->count++] = field;
  field = NULL;
}

void skip_blanks(void) {
  for (;; at++) {
    if (at[0] == '\\' && at[1] == '\n') at++;
    else if (*at == '#') { while (at[1] != '\0' && at[1] != '\n') at++; }
    else if (*at != ' ' && *at != '\t' && *at != '\r') return;
  }
}

/* An expansion that stands outside of quotes is split at blanks. */
static void append_value(const char *value, int is_quoted) {
  if (is_quoted) { append(value, strlen(value)); return; }
  for (; *value != '\0'; value++) {
    if (strchr(" \t\n", *value) == NULL) append(value, 1);
    else end_field();
  }
}

static char *run_substitution(const char *text, size_t size) {
  HANDLE saved = stream[1], reader, writer;
  SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
  CreatePipe(&reader, &writer, &inheritable, 0);
  SetHandleInformation(reader, HANDLE_FLAG_INHERIT, 0);
  stream[1] = writer;
  Started started = start_shell(text, size);
  stream[1] = saved;
  CloseHandle(writer);
  char *output = join_text(NULL, "", 0), part[4096];
  DWORD count;
  while (ReadFile(reader, part, sizeof part, &count, NULL) && count > 0) output = join_text(output, part, count);
  CloseHandle(reader);
  substituted_status = wait_for(started);
  size_t length = strlen(output);
  while (length > 0 && strchr("\r\n", output[length - 1])) output[--length] = '\0';
  return output;
}

/* The end of what a parenthesis at `start` opens. */
static const char *closing(const char *start) {
  int depth = 0;
  char quote = '\0';
  for (const char *here = start; *here != '\0'; here++) {
    if (quote != '\0') { if (*here == quote) quote = '\0'; }
    else if (*here == '\'' || *here == '"') quote = *here;
    else if (*here == '(') depth++;
    else if (*here == ')' && --depth == 0) return here;
  }
  give_up("no closing parenthesis", start);
}

static void read_variable(int is_quoted) {
  char name[128], number[16];
  size_t size = 0;
  const char *value = NULL, *end;
  at++;
  if (*at == '(') {
    end = closing(at);
    if (fields != NULL) append_value(run_substitution(at + 1, end - at - 1), is_quoted);
    at = end + 1;
    return;
  }
  if (*at == '{') {
    end = strchr(at, '}');
    if (end == NULL) give_up("no closing brace", at);
    size = end - at - 1;
    snprintf(name, sizeof name, "%.*s", (int)size, at + 1);
    at = end + 1;
  } else if (isalpha((unsigned char)*at) || *at == '_') {
    while (isalnum((unsigned char)at[size]) || at[size] == '_') size++;
    snprintf(name, sizeof name, "%.*s", (int)size, at);
    at += size;
  } else if (*at != '\0' && strchr("?!$@#*0123456789", *at)) {
    snprintf(name, sizeof name, "%c", *at++);
  } else {
    append("$", 1);
    return;
  }
  if (fields == NULL) return;
  if (name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789?!$@#*")] != '\0')
    give_up("not supported here", name);
  if (*name == '@' || *name == '*') {
    for (int index = 1; index < parameters.count; index++) {
      append(parameters.word[index], strlen(parameters.word[index]));
      if (index + 1 < parameters.count) end_field();
    }
    return;
  }
  if (isdigit((unsigned char)*name)) value = atoi(name) < parameters.count ? parameters.word[atoi(name)] : "";
  else if (strchr("?!$#", *name)) {
    unsigned long numbers[] = {last_status, last_background, GetCurrentProcessId(), parameters.count - 1};
    snprintf(number, sizeof number, "%lu", numbers[strchr("?!$#", *name) - "?!$#"]);
    value = number;
  } else {
    wchar_t *wide = to_wide(name);
    DWORD length = GetEnvironmentVariableW(wide, NULL, 0);
    wchar_t *content = calloc(length + 1, sizeof *content);
    GetEnvironmentVariableW(wide, content, length);
    value = from_wide(content);
  }
  append_value(value, is_quoted);
}

int read_word(Words *words) {
  skip_blanks();
  const char *start = at;
  fields = words;
  field = NULL;
  while (*at != '\0' && strchr(" \t\r\n;&|()<>", *at) == NULL) {
    if (*at == '\'') {
      const char *end = strchr(++at, '\'');
      if (end == NULL) give_up("no closing quote", at);
      append(at, end - at);
      at = end + 1;
    } else if (*at == '"') {
      append("", 0);
      for (at++; *at != '"';) {
        if (*at == '\0') give_up("no closing quote", start);
        if (*at == '\\' && at[1] != '\0' && strchr("\"\\$`", at[1])) { append(at + 1, 1); at += 2; }
        else if (*at == '$') read_variable(1);
        else append(at++, 1);
      }
      at++;
    } else if (*at == '\\' && at[1] != '\0') { append(at + 1, 1); at += 2; }
    else if (*at == '`') give_up("not supported here", "`");
    else if (*at == '$') read_variable(0);
    else append(at++, 1);
  }
  if (words != NULL) end_field();
  field = NULL;
  return at > start;
}
