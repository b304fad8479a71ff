/* Answers as libnvidia-ml does, from a file of lines "key value" that FAKE_NVML names and that may change
 * between two calls. A key that is not there is NVML_ERROR_NOT_SUPPORTED; a value "!15" is error 15. Cards are
 * "0.power_mw", "0.part.1.used_bytes" and so on. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SUCCESS = 0, INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6, DRIVER_NOT_LOADED = 9 };
enum { PART = 0x100 };

typedef uintptr_t device; /* card + 1, and PART * (part + 1) more for a part of it */

static int look(const char *key, char *value, size_t size) {
    const char *path = getenv("FAKE_NVML");
    FILE *file = path ? fopen(path, "r") : NULL;
    char line[256];
    int result = NOT_SUPPORTED;
    if (!file) return DRIVER_NOT_LOADED;
    while (fgets(line, sizeof line, file)) {
        size_t length = strlen(key);
        if (strncmp(line, key, length) == 0 && line[length] == ' ') {
            line[strcspn(line, "\n")] = 0;
            result = line[length + 1] == '!' ? atoi(line + length + 2) : SUCCESS;
            snprintf(value, size, "%s", line + length + 1);
            break;
        }
    }
    fclose(file);
    return result;
}

static int text(device of, const char *what, char *value, size_t size) {
    char key[64];
    unsigned card = (unsigned)(of % PART - 1);
    if (of / PART)
        snprintf(key, sizeof key, "%u.part.%u.%s", card, (unsigned)(of / PART - 1), what);
    else
        snprintf(key, sizeof key, "%u.%s", card, what);
    return look(key, value, size);
}

static int number(device of, const char *what, uint64_t *value) {
    char told[128];
    int result = text(of, what, told, sizeof told);
    if (result == SUCCESS) *value = strtoull(told, NULL, 10);
    return result;
}

static int small(device of, const char *what, unsigned *value) {
    uint64_t wide;
    int result = number(of, what, &wide);
    if (result == SUCCESS) *value = (unsigned)wide;
    return result;
}

int nvmlInitWithFlags(unsigned flags) {
    char told[128];
    (void)flags;
    return look("count", told, sizeof told);
}

int nvmlShutdown(void) { return SUCCESS; }

int nvmlDeviceGetCount_v2(unsigned *count) {
    char told[128];
    int result = look("count", told, sizeof told);
    if (result == SUCCESS) *count = (unsigned)atoi(told);
    return result;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, device *of) {
    *of = index + 1;
    return SUCCESS;
}

int nvmlDeviceGetName(device of, char *name, unsigned size) { return text(of, "name", name, size); }
int nvmlDeviceGetUUID(device of, char *uuid, unsigned size) { return text(of, "uuid", uuid, size); }

int nvmlDeviceGetUtilizationRates(device of, unsigned rates[2]) {
    int result = small(of, "utilisation_percent", &rates[0]);
    return result == SUCCESS ? small(of, "memory_utilisation_percent", &rates[1]) : result;
}

int nvmlDeviceGetMemoryInfo(device of, uint64_t memory[3]) {
    int result = number(of, "total_bytes", &memory[0]);
    if (result == SUCCESS) result = number(of, "used_bytes", &memory[2]);
    if (result == SUCCESS) memory[1] = memory[0] - memory[2];
    return result;
}

int nvmlDeviceGetPowerUsage(device of, unsigned *mw) { return small(of, "power_mw", mw); }
int nvmlDeviceGetTotalEnergyConsumption(device of, uint64_t *mj) { return number(of, "energy_mj", mj); }

int nvmlDeviceGetClockInfo(device of, unsigned clock, unsigned *mhz) {
    return small(of, clock == 1 ? "sm_mhz" : "memory_mhz", mhz);
}

int nvmlDeviceGetTemperature(device of, unsigned sensor, unsigned *celsius) {
    return sensor == 0 ? small(of, "celsius", celsius) : INVALID_ARGUMENT;
}

int nvmlDeviceGetCurrentClocksEventReasons(device of, uint64_t *reasons) {
    return number(of, "event_reasons", reasons);
}

int nvmlDeviceGetCurrentClocksThrottleReasons(device of, uint64_t *reasons) {
    return number(of, "throttle_reasons", reasons);
}

int nvmlDeviceGetMigMode(device of, unsigned *now, unsigned *later) {
    *later = 0;
    return small(of, "mig", now);
}

int nvmlDeviceGetMaxMigDeviceCount(device of, unsigned *count) {
    (void)of;
    *count = 7;
    return SUCCESS;
}

int nvmlDeviceGetMigDeviceHandleByIndex(device of, unsigned index, device *part) {
    unsigned instance;
    *part = of + (device)PART * (index + 1);
    return small(*part, "instance", &instance) == SUCCESS ? SUCCESS : NOT_FOUND;
}

int nvmlDeviceGetGpuInstanceId(device of, unsigned *instance) { return small(of, "instance", instance); }
