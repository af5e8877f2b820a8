// A program's settings: a flag, or an environment variable of the same name (--listen is REGARD_LISTEN), or a default, in
// that order. What every server has in common is here once.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "libs/rpc/server.h"
#include "libs/rpc/shell.h"
#include "libs/telemetry/log.h"

namespace regard::app {

constexpr int kExitOk = 0;
constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;

class Flags {
 public:
  Flags(absl::string_view program, absl::string_view description);
  ~Flags();

  // `name` in kebab-case, without dashes. The value there is the default; `value` outlives the flags.
  void Add(absl::string_view name, std::string* value, absl::string_view help);
  void Add(absl::string_view name, int* value, absl::string_view help);
  void Add(absl::string_view name, uint64_t* value, absl::string_view help);
  void Add(absl::string_view name, bool* value, absl::string_view help);
  // As in 10s, 250ms, 1h30m.
  void Add(absl::string_view name, absl::Duration* value, absl::string_view help);

  // Empty when the program should go on. Otherwise help or what was wrong has been printed, and this is its exit code.
  absl::optional<int> Parse(int argc, const char* const* argv);

 private:
  struct Parser;
  const std::unique_ptr<Parser> parser_;
};

// What every server can be told.
struct ServerFlags {
  std::string data = "regard-data";
  std::string listen = "127.0.0.1:7300";
  std::string metrics_listen = "127.0.0.1:7301";
  std::string tls_cert;
  std::string tls_key;
  std::string tls_client_ca;
  bool insecure = false;
  int max_in_flight = 4096;
  absl::Duration default_timeout = absl::Seconds(10);
  absl::Duration drain_patience = absl::Seconds(20);
  std::string log_level = "info";

  void AddTo(Flags& flags);
  // INVALID_ARGUMENT for settings that do not go together or mean nothing.
  absl::Status Check() const;

  rpc::ServerOptions server_options() const;
  rpc::Shell::Options shell_options() const;
  // After Check.
  telemetry::Level least_level() const;
};

}  // namespace regard::app
