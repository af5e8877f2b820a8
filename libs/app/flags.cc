#include "libs/app/flags.h"

#include <CLI/CLI.hpp>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace regard::app {
namespace {

std::string EnvironmentName(absl::string_view name) {
  return absl::StrCat("REGARD_", absl::AsciiStrToUpper(absl::StrReplaceAll(name, {{"-", "_"}})));
}

absl::optional<telemetry::Level> LevelOf(absl::string_view name) {
  if (name == "debug") return telemetry::Level::kDebug;
  if (name == "info") return telemetry::Level::kInfo;
  if (name == "warning") return telemetry::Level::kWarning;
  if (name == "error") return telemetry::Level::kError;
  return absl::nullopt;
}

}  // namespace

struct Flags::Parser {
  Parser(absl::string_view program, absl::string_view description)
      : app(std::string(description), std::string(program)) {}

  CLI::App app;

  template <typename Value>
  void Add(absl::string_view name, Value* value, absl::string_view help) {
    app.add_option(absl::StrCat("--", name), *value, std::string(help))
        ->envname(EnvironmentName(name))
        ->capture_default_str();
  }
};

Flags::Flags(absl::string_view program, absl::string_view description)
    : parser_(std::make_unique<Parser>(program, description)) {}

Flags::~Flags() = default;

void Flags::Add(absl::string_view name, std::string* value, absl::string_view help) {
  parser_->Add(name, value, help);
}
void Flags::Add(absl::string_view name, int* value, absl::string_view help) { parser_->Add(name, value, help); }
void Flags::Add(absl::string_view name, uint64_t* value, absl::string_view help) { parser_->Add(name, value, help); }

void Flags::Add(absl::string_view name, bool* value, absl::string_view help) {
  parser_->app.add_flag(absl::StrCat("--", name), *value, std::string(help))->envname(EnvironmentName(name));
}

void Flags::Add(absl::string_view name, absl::Duration* value, absl::string_view help) {
  const auto read = [value](const std::string& text) { return absl::ParseDuration(text, value); };
  parser_->app.add_option_function<std::string>(
                  absl::StrCat("--", name),
                  [read, name = std::string(name)](const std::string& text) {
                    if (!read(text)) throw CLI::ValidationError("--" + name, "a time such as 10s, 250ms or 1h30m");
                  },
                  std::string(help))
      ->envname(EnvironmentName(name))
      ->type_name("TIME")
      ->default_str(absl::FormatDuration(*value));
}

absl::optional<int> Flags::Parse(int argc, const char* const* argv) {
  try {
    parser_->app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return parser_->app.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  return absl::nullopt;
}

void ServerFlags::AddTo(Flags& flags) {
  flags.Add("data", &data, "Folder for everything that is kept; made when it is not there");
  flags.Add("listen", &listen, "host:port for gRPC; other than loopback needs TLS or --insecure");
  flags.Add("metrics-listen", &metrics_listen, "host:port for Prometheus; empty for none");
  flags.Add("tls-cert", &tls_cert, "Certificate chain, PEM");
  flags.Add("tls-key", &tls_key, "Its private key, PEM");
  flags.Add("tls-client-ca", &tls_client_ca, "Authority that every client must show a certificate of, PEM");
  flags.Add("insecure", &insecure, "Plain text on an address that others can reach");
  flags.Add("max-in-flight", &max_in_flight, "Calls at once; more are refused with OVERLOADED");
  flags.Add("default-timeout", &default_timeout, "Deadline of a call whose client sent none");
  flags.Add("drain-patience", &drain_patience, "How long a stopping server waits for calls it accepted");
  flags.Add("log-level", &log_level, "debug, info, warning or error");
}

absl::Status ServerFlags::Check() const {
  if (data.empty()) return absl::InvalidArgumentError("--data: a folder");
  if (tls_cert.empty() != tls_key.empty()) return absl::InvalidArgumentError("--tls-cert and --tls-key go together");
  if (!tls_client_ca.empty() && tls_cert.empty()) {
    return absl::InvalidArgumentError("--tls-client-ca needs --tls-cert and --tls-key");
  }
  if (insecure && !tls_cert.empty()) return absl::InvalidArgumentError("--insecure contradicts --tls-cert");
  if (max_in_flight < 1) return absl::InvalidArgumentError("--max-in-flight: at least 1");
  if (default_timeout <= absl::ZeroDuration()) return absl::InvalidArgumentError("--default-timeout: more than nothing");
  if (drain_patience < absl::ZeroDuration()) return absl::InvalidArgumentError("--drain-patience: not negative");
  if (!LevelOf(log_level).has_value()) return absl::InvalidArgumentError("--log-level: debug, info, warning or error");
  return absl::OkStatus();
}

rpc::ServerOptions ServerFlags::server_options() const {
  rpc::ServerOptions options;
  options.address = listen;
  options.insecure = insecure;
  if (!tls_cert.empty()) options.tls = rpc::TlsFiles{tls_cert, tls_key, tls_client_ca};
  return options;
}

rpc::Shell::Options ServerFlags::shell_options() const {
  return {.default_timeout = default_timeout, .max_in_flight = max_in_flight};
}

telemetry::Level ServerFlags::least_level() const { return LevelOf(log_level).value_or(telemetry::Level::kInfo); }

}  // namespace regard::app
