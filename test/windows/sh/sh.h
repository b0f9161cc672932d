/* A small POSIX shell for Windows, so that the tests' workers run there as they are written. What needs a copy of the shell
   (subshells, pipes, background, substitution) starts this program again on that part of the text. What it does not know
   it refuses with exit code 2. Called by the name of one of its tools (sleep.exe, cat.exe), it is that tool. */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#define WORDS_MAX 256

typedef struct {
  int count;
  char *word[WORDS_MAX];
} Words;

/* The text that is being read, UTF-8, and where. */
extern const char *at;
extern int last_status, substituted_status;
extern DWORD last_background;
extern Words parameters; /* $0, $1 … */

/* Standard input, output and error as they are now. */
extern HANDLE stream[3];

__attribute__((noreturn)) void give_up(const char *what, const char *about);
char *join_text(char *text, const char *more, size_t size);
wchar_t *to_wide(const char *text);
char *from_wide(const wchar_t *text);
void write_text(int which, const char *text);

/* words.c: reads one word at `at`; its fields are appended to `words` unless that is NULL. 0: there is no word here. */
int read_word(Words *words);
void skip_blanks(void);

/* evaluate.c */
int run_text(const char *text);

/* programs.c */
typedef struct {
  DWORD pid;
  HANDLE handle;
} Started;
Started start_program(Words *words);
Started start_shell(const char *text, size_t size);
int wait_for(Started started);
/* Opens what a redirection names, inheritable. */
HANDLE open_file(const char *path, char kind);

/* tools.c: -1: there is no such tool. */
int run_tool(Words *words);
