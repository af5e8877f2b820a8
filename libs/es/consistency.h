// Read-your-writes on demand: a query that carries a command's token waits until its view shows that command, and what
// other services did because of it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/es/command_runtime.h"
#include "libs/es/event_log.h"
#include "libs/es/projector.h"
#include "libs/es/reactor.h"
#include "regard/log/v1/record.pb.h"

namespace regard::es {

// Opaque to callers: URL-safe text.
std::string EncodeToken(const log::v1::ConsistencyToken& token);
absl::StatusOr<log::v1::ConsistencyToken> DecodeToken(absl::string_view text);

// Knows every log, view and reactor of the process. Filled before serving, then thread-safe.
class ConsistencyGate {
 public:
  void AddLog(EventLog* log);
  void AddRuntime(const CommandRuntime* runtime);
  void AddProjector(Projector* projector);
  // `reactor` writes to `target_topic`.
  void AddReactor(Reactor* reactor, std::string target_topic);

  std::string TokenFor(absl::string_view topic, const Outcome& outcome) const;

  // Calls `done` once, from any thread, at once for an empty token: OK when the view shows the token's command, directly
  // and through one reactor; INVALID_ARGUMENT for a token that is none, is of another log, or lies beyond the end.
  // The caller's deadline is the caller's to watch: `done` comes late or with the process's end.
  void Wait(absl::string_view view, absl::string_view token, std::function<void(absl::Status)> done) const;

  // Calls `done` once, from any thread, when every view of this process that reads the topic shows the outcome: what
  // was taken back is then gone from everything that decides by a view.
  void WaitEverywhere(absl::string_view topic, const Outcome& outcome, std::function<void()> done) const;

 private:
  std::map<std::string, EventLog*, std::less<>> logs_;
  std::map<std::string, const CommandRuntime*, std::less<>> runtimes_;
  std::map<std::string, Projector*, std::less<>> projectors_;
  struct Link {
    Reactor* reactor;
    std::string target_topic;
  };
  std::vector<Link> reactors_;
};

}  // namespace regard::es
