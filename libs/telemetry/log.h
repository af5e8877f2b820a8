// Structured log: one JSON object a line, with an event's name and typed fields. Callers pass ids, numbers and reasons,
// never a name, an address, a token or anything else about a person.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/clock.h"

namespace regard::telemetry {

enum class Level { kDebug, kInfo, kWarning, kError };

// A name and a value. Views: lives as long as the statement that makes it.
class Field {
 public:
  Field(absl::string_view name, absl::string_view text) : name_(name), kind_(Kind::kText), text_(text) {}
  Field(absl::string_view name, const char* text) : Field(name, absl::string_view(text)) {}
  Field(absl::string_view name, const std::string& text) : Field(name, absl::string_view(text)) {}
  Field(absl::string_view name, bool value) : name_(name), kind_(Kind::kBool), integer_(value) {}
  Field(absl::string_view name, int value) : Field(name, static_cast<int64_t>(value)) {}
  Field(absl::string_view name, int64_t value) : name_(name), kind_(Kind::kInteger), integer_(value) {}
  Field(absl::string_view name, uint64_t value) : name_(name), kind_(Kind::kUnsigned), unsigned_(value) {}
  Field(absl::string_view name, double value) : name_(name), kind_(Kind::kNumber), number_(value) {}
  // In seconds.
  Field(absl::string_view name, absl::Duration value) : Field(name, absl::ToDoubleSeconds(value)) {}

  // Appends `"name":value`.
  void AppendTo(std::string& line) const;

 private:
  enum class Kind { kText, kBool, kInteger, kUnsigned, kNumber };
  absl::string_view name_;
  Kind kind_;
  absl::string_view text_;
  int64_t integer_ = 0;
  uint64_t unsigned_ = 0;
  double number_ = 0;
};

// Thread-safe. Lines of different threads never mix.
class Log {
 public:
  using Sink = std::function<void(absl::string_view line)>;

  // To standard error. `clock` outlives the log.
  explicit Log(const Clock& clock, Level least = Level::kInfo);
  // `sink` gets whole lines with their newline, from any thread.
  Log(const Clock& clock, Level least, Sink sink);

  bool enabled(Level level) const { return level >= least_; }

  // {"time":"2026-05-01T09:30:00.123Z","level":"info","event":"server_started","port":7300}
  // `event` is snake_case and constant: it is what somebody searches for.
  void Write(Level level, absl::string_view event, std::initializer_list<Field> fields = {});

  void Debug(absl::string_view event, std::initializer_list<Field> fields = {}) { Write(Level::kDebug, event, fields); }
  void Info(absl::string_view event, std::initializer_list<Field> fields = {}) { Write(Level::kInfo, event, fields); }
  void Warning(absl::string_view event, std::initializer_list<Field> fields = {}) {
    Write(Level::kWarning, event, fields);
  }
  void Error(absl::string_view event, std::initializer_list<Field> fields = {}) { Write(Level::kError, event, fields); }

 private:
  const Clock& clock_;
  const Level least_;
  const Sink sink_;
};

}  // namespace regard::telemetry
