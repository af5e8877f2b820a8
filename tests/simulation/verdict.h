// What the checkers found wrong in one run.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace regard::simulation {

struct Violation {
  // Which checker: "acknowledged", "versions", "tokens", "answers", "money", "diary", "reactors", "views", "states",
  // "halts", "rest", "levels".
  std::string checker;
  std::string what;
};

class Verdict {
 public:
  void Fail(std::string checker, std::string what) {
    if (violations_.size() < kKept) violations_.push_back({std::move(checker), std::move(what)});
  }
  bool failed() const { return !violations_.empty(); }
  const std::vector<Violation>& violations() const { return violations_; }

 private:
  static constexpr size_t kKept = 20;
  std::vector<Violation> violations_;
};

}  // namespace regard::simulation
