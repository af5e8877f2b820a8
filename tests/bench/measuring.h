// Small things that several benchmarks measure with.
#pragma once

#include <sys/types.h>

#include <vector>

namespace regard::bench {

double Median(std::vector<double> values);

// Processor time of a process so far, over all its threads; 0 when it is gone.
double CpuMicros(pid_t pid);

}  // namespace regard::bench
