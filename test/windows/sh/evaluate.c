#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sh.h"

const char *at;
int last_status, substituted_status;
DWORD last_background;
Words parameters;

static void read_list(int runs);

/* Whether the next word is this one, unquoted; it is passed over. */
static int pass_keyword(const char *keyword) {
  skip_blanks();
  size_t size = strlen(keyword);
  if (strncmp(at, keyword, size) != 0) return 0;
  if (isalpha((unsigned char)*keyword) && at[size] != '\0' && !strchr(" \t\r\n;&|()<>", at[size])) return 0;
  at += size;
  return 1;
}

static void need_keyword(const char *keyword) {
  while (skip_blanks(), *at == '\n' || *at == ';') at++;
  if (!pass_keyword(keyword)) give_up("missing", keyword);
}

static int is_at_end(void) {
  static const char *const ends[] = {"then", "elif", "else", "fi", "do", "done", "}", NULL};
  skip_blanks();
  if (*at == '\0' || *at == ')') return 1;
  const char *here = at;
  for (int index = 0; ends[index] != NULL; index++) {
    if (!pass_keyword(ends[index])) continue;
    at = here;
    return 1;
  }
  return 0;
}

/* Applies the redirections at `at`, or only passes over them. */
static int read_redirection(int applies) {
  skip_blanks();
  const char *start = at;
  int which = -1;
  if (isdigit((unsigned char)at[0]) && (at[1] == '>' || at[1] == '<')) which = *at++ - '0';
  if (*at != '>' && *at != '<') { at = start; return 0; }
  char kind = *at++;
  if (which < 0) which = kind == '<' ? 0 : 1;
  if (which > 2 || (kind == '<' && *at == '<')) give_up("not supported here", start);
  if (kind == '>' && *at == '>') { kind = 'a'; at++; }
  if (*at == '&') {
    int other = *++at - '0';
    at++;
    if (other < 0 || other > 2) give_up("not supported here", start);
    if (applies) stream[which] = stream[other];
    return 1;
  }
  Words name = {0};
  read_word(applies ? &name : NULL);
  if (applies) stream[which] = open_file(name.count == 1 ? name.word[0] : "", kind);
  return 1;
}

static int is_assignment(const char *word) {
  size_t size = 0;
  while (isalnum((unsigned char)word[size]) || word[size] == '_') size++;
  return size > 0 && word[size] == '=';
}

static void assign(char *word) {
  char *equals = strchr(word, '=');
  *equals = '\0';
  SetEnvironmentVariableW(to_wide(word), to_wide(equals + 1));
}

static void run_simple(Words *words) {
  int first = 0;
  while (first < words->count && is_assignment(words->word[first])) assign(words->word[first++]);
  if (first == words->count) {
    last_status = substituted_status;
    return;
  }
  Words command = {0};
  for (int index = first; index < words->count; index++) command.word[command.count++] = words->word[index];
  int status = run_tool(&command);
  last_status = status >= 0 ? status : wait_for(start_program(&command));
}

static void read_simple(int runs) {
  Words words = {0};
  HANDLE saved[3] = {stream[0], stream[1], stream[2]};
  int failed = 0;
  if (runs) substituted_status = 0;
  for (;;) {
    if (read_redirection(runs)) { for (int i = 0; i < 3; i++) failed |= stream[i] == INVALID_HANDLE_VALUE; }
    else if (!read_word(runs ? &words : NULL)) break;
  }
  skip_blanks();
  if (*at == '(') give_up("not supported here", "a function");
  if (runs && failed) last_status = 1;
  else if (runs) run_simple(&words);
  memcpy(stream, saved, sizeof saved);
}

static void read_if(int runs) {
  int is_done = 0;
  do {
    read_list(runs && !is_done);
    int holds = runs && !is_done && last_status == 0;
    need_keyword("then");
    read_list(holds);
    is_done |= holds;
    skip_blanks();
  } while (pass_keyword("elif"));
  if (pass_keyword("else")) read_list(runs && !is_done);
  else if (runs && !is_done) last_status = 0;
  need_keyword("fi");
}

static void read_loop(int runs, int is_until) {
  const char *start = at;
  for (;;) {
    at = start;
    read_list(runs);
    int goes_on = runs && (last_status == 0) != is_until;
    need_keyword("do");
    read_list(goes_on);
    need_keyword("done");
    if (!goes_on) break;
  }
  if (runs) last_status = 0;
}

static int pass_compound(int runs) {
  if (pass_keyword("if")) read_if(runs);
  else if (pass_keyword("while")) read_loop(runs, 0);
  else if (pass_keyword("until")) read_loop(runs, 1);
  else if (pass_keyword("{")) { read_list(runs); need_keyword("}"); }
  else if (pass_keyword("(")) {
    const char *start = at;
    read_list(0);
    if (runs) last_status = wait_for(start_shell(start, at - start));
    need_keyword(")");
  } else return 0;
  return 1;
}

static void read_command(int runs) {
  if (pass_keyword("for") || pass_keyword("case")) give_up("not supported here", at);
  const char *start = at;
  if (!pass_compound(0)) { read_simple(runs); return; }
  /* What it is redirected to stands behind it, and holds for all of it. */
  HANDLE saved[3] = {stream[0], stream[1], stream[2]};
  while (read_redirection(runs)) {}
  const char *end = at;
  at = start;
  pass_compound(runs);
  at = end;
  memcpy(stream, saved, sizeof saved);
}

static int is_pipe(void) {
  skip_blanks();
  return at[0] == '|' && at[1] != '|';
}

static void read_pipeline(int runs) {
  int negates = 0;
  while (skip_blanks(), at[0] == '!' && at[1] == ' ') { negates = !negates; at++; }
  const char *start = at;
  read_command(0);
  if (!is_pipe()) {
    at = start;
    read_command(runs);
  } else {
    HANDLE saved[3] = {stream[0], stream[1], stream[2]};
    SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
    for (;;) {
      int is_last = !is_pipe();
      HANDLE reader = NULL;
      stream[1] = saved[1];
      if (runs && !is_last) CreatePipe(&reader, &stream[1], &inheritable, 0);
      if (runs) {
        Started started = start_shell(start, at - start);
        if (is_last) last_status = wait_for(started);
        else CloseHandle(stream[1]);
        if (stream[0] != saved[0]) CloseHandle(stream[0]);
        stream[0] = reader;
      }
      if (is_last) break;
      start = ++at;
      read_command(0);
    }
    memcpy(stream, saved, sizeof saved);
  }
  if (negates && runs) last_status = !last_status;
}

static void read_chain(int runs) {
  read_pipeline(runs);
  for (;;) {
    skip_blanks();
    int is_and = at[0] == '&' && at[1] == '&', is_or = at[0] == '|' && at[1] == '|';
    if (!is_and && !is_or) return;
    at += 2;
    while (skip_blanks(), *at == '\n') at++;
    read_pipeline(runs && (last_status == 0) == is_and);
  }
}

static void read_list(int runs) {
  while (!is_at_end()) {
    if (*at == '\n' || *at == ';') { at++; continue; }
    const char *start = at;
    read_chain(0);
    skip_blanks();
    if (*at == '&') {
      if (runs) {
        Started started = start_shell(start, at - start);
        last_background = started.pid;
        CloseHandle(started.handle);
        last_status = 0;
      }
      at++;
    } else if (runs) {
      at = start;
      read_chain(1);
    }
    if (at == start) give_up("not understood", at);
  }
}

int run_text(const char *text) {
  at = text;
  read_list(1);
  if (*at != '\0') give_up("not understood", at);
  return last_status;
}
