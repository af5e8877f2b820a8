// regard token: signs a bearer token with the key of a data folder, for local use.
#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/auth/key_file.h"
#include "libs/auth/signer.h"
#include "libs/base/clock.h"
#include "libs/base/rejection.h"
#include "tools/cli/names.h"
#include "tools/cli/program.h"

namespace regard::cli {
namespace {

struct TokenOptions {
  std::string data = "regard-data";
  std::string role;
  std::string subject;
  std::string council;
  std::string valid = "24h";
};

absl::Status SignToken(Program& program, const TokenOptions& options) {
  absl::Duration valid;
  if (!absl::ParseDuration(options.valid, &valid) || valid <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError("--valid is a time such as 30m or 24h");
  }
  const std::string path = absl::StrCat(options.data, "/auth.key");
  // The server makes it: a token signed with a key of our own would be nobody's.
  if (std::error_code none; !std::filesystem::exists(path, none)) {
    return absl::FailedPreconditionError(absl::StrCat(path, " is not there; a server makes it when it first starts"));
  }
  const absl::StatusOr<auth::KeyPair> key = auth::LoadOrMakeKeyFile(path);
  if (!key.ok()) return key.status();
  const SystemClock clock;
  auth::Identity identity;
  identity.subject = options.subject;
  identity.role = auth::RoleFromName(options.role).value_or(options::v1::ROLE_UNSPECIFIED);
  identity.tenant = options.council;
  identity.expires = clock.Now() + valid;
  const absl::StatusOr<std::string> token = auth::Signer(key->private_pem, clock).Sign(identity);
  if (!token.ok()) return token.status();
  program.out() << *token << '\n';
  return absl::OkStatus();
}

}  // namespace

void AddTokenCommand(Program& program) {
  auto options = std::make_shared<TokenOptions>();
  CLI::App& command = program.Add(
      program.app(), "token", "Sign a bearer token with a server's own key",
      "  export REGARD_TOKEN=$(regard token --data regard-data --role operator --subject me)\n"
      "  regard token --data regard-data --role person --subject p1 --council E08000009 --valid 1h",
      [&program, options] { return SignToken(program, *options); });
  command.add_option("--data", options->data, "The server's data folder, which has the key")->capture_default_str();
  command.add_option("--role", options->role, "Who the holder is")
      ->required()
      ->check(CLI::IsMember({"person", "acting_for", "provider", "practitioner", "commissioner", "partner", "operator"}));
  command.add_option("--subject", options->subject, "Id of the person or account")->required();
  command.add_option("--council", options->council, "ONS code; everybody but an operator has one");
  command.add_option("--valid", options->valid, "How long")->capture_default_str();
}

}  // namespace regard::cli
