// One measured figure beside its yardstick, as a line of JSON that tests/bench/run turns into a table.
#pragma once

#include <cstdio>
#include <string>

#include "absl/strings/str_format.h"

namespace regard::bench {

// `reach` in words: "at least 0.6". A yardstick of 0 means that the value is only stated.
inline void PrintResult(const std::string& name, double value, const std::string& unit, double yardstick,
                        const std::string& yardstick_name, double ratio, const std::string& reach) {
  std::puts(absl::StrFormat(
                R"({"name":"%s","value":%.4g,"unit":"%s","yardstick":%.4g,"yardstick_name":"%s","ratio":%.3g,"reach":"%s"})",
                name, value, unit, yardstick, yardstick_name, ratio, reach)
                .c_str());
  std::fflush(stdout);
}

}  // namespace regard::bench
