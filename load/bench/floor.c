/* The floor of the benchmark: one thread that hands prepared frames to sockets, and sleeps in between. */

#define _GNU_SOURCE
#include <stddef.h>
#include <sys/socket.h>
#include <time.h>

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

/* Send each of `count` frames of `bytes` bytes, which lie one behind the other, on every socket: one in
   `frame_s`, the sockets evenly spread over it. */
void pace(const int *sockets, long streams, const char *frames, size_t bytes, long count, double frame_s)
{
    const struct timespec tick = {.tv_nsec = 1000000};
    const double began_s = now_s();
    long sent = 0;
    while (sent < streams * count) {
        const long due = (long)((now_s() - began_s) / frame_s * streams);
        if (due <= sent)
            nanosleep(&tick, NULL);
        for (; sent < due && sent < streams * count; sent++)
            send(sockets[sent % streams], frames + sent / streams * bytes, bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
}
