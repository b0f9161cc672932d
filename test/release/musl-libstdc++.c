/* What Debian's static libstdc++ wants of glibc and musl does not have. */
#include <stdint.h>
#include <sys/random.h>

char __libc_single_threaded = 0;

__attribute__((visibility("hidden"))) void *__dso_handle = &__dso_handle;

/* "Not found": the unwinder then walks the program headers. */
int _dl_find_object(void *address, void *result) {
    (void)address;
    (void)result;
    return -1;
}

uint32_t arc4random(void) {
    uint32_t number = 0;
    getrandom(&number, sizeof number, 0);
    return number;
}
