#include "tools/cli/program.h"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/random/random.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "libs/base/ids.h"
#include "libs/base/rejection.h"
#include "libs/base/time.h"
#include "regard/operations/v1/operations_service.grpc.pb.h"

namespace regard::cli {
namespace {

using operations::v1::OperationsService;

constexpr char kFooter[] =
    "Exit codes: 0 done, 1 refused, 2 wrong usage, 3 not reached or outcome unknown (the same command with the printed\n"
    "--request-id is safe). Examples of each command: regard COMMAND --help\n"
    "Completion: source <(regard completion bash)";

// The first word, when it names no command; empty otherwise, and when flags come first.
std::string UnknownCommand(const CLI::App& app, int argc, const char* const* argv) {
  if (argc < 2 || argv[1][0] == '-') return "";
  const std::string word = argv[1];
  const auto named = app.get_subcommands([&](const CLI::App* command) { return command->get_name() == word; });
  return named.empty() ? word : "";
}

}  // namespace

Program::Program(std::ostream& out, std::ostream& err)
    : out_(out), err_(err), app_(std::make_unique<CLI::App>("Talks to a Regard server.", "regard")) {
  app_->footer(kFooter);
  app_->fallthrough();
  app_->require_subcommand(1);
  app_->add_option("--server", flags_.server, "host:port, or SERVICE=HOST:PORT,...;SERVICE=... where services run apart")
      ->envname("REGARD_SERVER")
      ->capture_default_str();
  app_->add_option("--token", flags_.token, "Bearer token: see regard token")->envname("REGARD_TOKEN");
  app_->add_option("--token-file", flags_.token_file, "File with the bearer token")->envname("REGARD_TOKEN_FILE");
  app_->add_option("--tls-ca", flags_.tls_ca, "Authority of the server's certificate, PEM; without it plain text");
  app_->add_option("--tls-cert", flags_.tls_cert, "Client certificate, PEM");
  app_->add_option("--tls-key", flags_.tls_key, "Its private key, PEM");
  app_->add_option("--timeout", flags_.timeout, "For each attempt, e.g. 500ms, 10s, 5m")->capture_default_str();
  app_->add_option("--request-id", flags_.request_id, "Try an earlier command again under its UUIDv7");
  app_->add_flag("--json", flags_.json, "Answer in JSON");
}

Program::~Program() = default;

CLI::App& Program::Add(CLI::App& parent, const std::string& name, const std::string& description,
                       const std::string& examples, std::function<absl::Status()> body) {
  CLI::App* const command = parent.add_subcommand(name, description);
  command->fallthrough();
  if (!examples.empty()) command->footer("Examples:\n" + examples);
  if (body == nullptr) {
    command->require_subcommand(1);
  } else {
    command->callback([this, body = std::move(body)] { chosen_ = body; });
  }
  return *command;
}

int Program::Run(int argc, const char* const* argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (const std::string word = UnknownCommand(*app_, argc, argv); error.get_exit_code() != 0 && !word.empty()) {
      err_ << "regard: there is no command " << word << "; regard --help lists them\n";
      return kExitUsage;
    }
    // Help is asked for at whichever command it stands behind.
    return app_->exit(error, out_, err_) == 0 ? kExitOk : kExitUsage;
  }
  absl::Duration timeout;
  if (!absl::ParseDuration(flags_.timeout, &timeout) || timeout <= absl::ZeroDuration()) {
    err_ << "regard: --timeout is a time such as 500ms, 10s or 5m\n";
    return kExitUsage;
  }
  const absl::Status status = chosen_();
  if (status.ok()) return kExitOk;
  err_ << "regard: " << Explained(status) << '\n';
  const int code = ExitCodeOf(status);
  if (code == kExitUnavailable && !last_request_id_.empty()) {
    err_ << "regard: whether it happened is not known; this finds out: the same command with --request-id "
         << last_request_id_ << '\n';
  }
  return code;
}

absl::StatusOr<const Connection*> Program::Connect() {
  if (const absl::Status read = ReadToken(); !read.ok()) return read;
  if (connection_ != nullptr) return connection_.get();
  rpc::ChannelOptions channel;
  channel.ca_path = flags_.tls_ca;
  channel.client_cert_path = flags_.tls_cert;
  channel.client_key_path = flags_.tls_key;
  CallOptions options;
  absl::ParseDuration(flags_.timeout, &options.timeout);
  absl::StatusOr<std::unique_ptr<Connection>> opened = Connection::Open(flags_.server, channel, options);
  if (!opened.ok()) return opened.status();
  connection_ = *std::move(opened);
  return connection_.get();
}

absl::Status Program::ReadToken() {
  if (token_read_) return absl::OkStatus();
  token_ = flags_.token;
  if (token_.empty() && !flags_.token_file.empty()) {
    std::ifstream file(flags_.token_file);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf())) {
      return absl::FailedPreconditionError(absl::StrCat(flags_.token_file, " cannot be read"));
    }
    token_ = std::string(absl::StripAsciiWhitespace(text.str()));
  }
  token_read_ = true;
  return absl::OkStatus();
}

const std::string& Program::token() {
  (void)ReadToken();
  return token_;
}

absl::StatusOr<std::string> Program::NewRequestId() {
  if (!flags_.request_id.empty()) {
    last_request_id_ = flags_.request_id;
    return last_request_id_;
  }
  if (!server_ahead_.has_value()) {
    operations::v1::GetClockResponse clock;
    const absl::Status asked =
        Call<OperationsService>(&OperationsService::Stub::GetClock, operations::v1::GetClockRequest(), clock);
    if (!asked.ok()) return asked;
    server_ahead_ = clock.simulated() ? FromProto(clock.now()) - absl::Now() : absl::ZeroDuration();
  }
  absl::BitGen random;
  last_request_id_ = Uuid::V7(absl::Now() + *server_ahead_, absl::Uniform<uint64_t>(random),
                              absl::Uniform<uint64_t>(random))
                         .ToString();
  return last_request_id_;
}

std::string Program::Subject() {
  const std::vector<std::string> parts = absl::StrSplit(token(), '.');
  std::string payload;
  if (parts.size() != 3 || !absl::WebSafeBase64Unescape(parts[1], &payload)) return "";
  google::protobuf::Struct claims;
  if (!google::protobuf::util::JsonStringToMessage(payload, &claims).ok()) return "";
  const auto subject = claims.fields().find("sub");
  return subject == claims.fields().end() ? "" : subject->second.string_value();
}

void Program::Answer(const google::protobuf::Message& response, const std::function<void(std::ostream&)>& people) {
  if (flags_.json) {
    out_ << ToJson(response) << '\n';
  } else {
    people(out_);
  }
}

}  // namespace regard::cli
