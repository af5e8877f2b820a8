#include "tests/load/standalone_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/auth/key_file.h"
#include "libs/auth/signer.h"
#include "libs/base/clock.h"

namespace regard::load {

StandaloneProcess::StandaloneProcess(std::string binary, std::string data_path, std::vector<std::string> extra_flags)
    : binary_(std::move(binary)), data_path_(std::move(data_path)), extra_flags_(std::move(extra_flags)) {}

StandaloneProcess::~StandaloneProcess() { Kill(); }

absl::Status StandaloneProcess::Start(absl::Duration patience) {
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "pipe");
  std::vector<std::string> words = {binary_,   "--data",           data_path_,   "--listen",
                                    "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0", "--log-level", "error"};
  for (const std::string& flag : extra_flags_) words.push_back(flag);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_ = fork();
  if (pid_ == 0) {
    dup2(pipe_ends[1], STDOUT_FILENO);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  close(pipe_ends[1]);
  output_ = pipe_ends[0];
  std::string said;
  const absl::Time until = absl::Now() + patience;
  while (true) {
    pollfd readable{output_, POLLIN, 0};
    const int left_ms = static_cast<int>(absl::ToInt64Milliseconds(until - absl::Now()));
    if (left_ms <= 0 || poll(&readable, 1, left_ms) <= 0) break;
    char buffer[512];
    const ssize_t got = read(output_, buffer, sizeof(buffer));
    if (got <= 0) break;
    said.append(buffer, static_cast<size_t>(got));
    const size_t at = said.find("ready ");
    const size_t end = at == std::string::npos ? at : said.find('\n', at);
    if (end != std::string::npos) {
      address_ = said.substr(at + 6, end - at - 6);
      return absl::OkStatus();
    }
  }
  Kill();
  return absl::UnavailableError(absl::StrCat(binary_, " did not become ready: ", said));
}

void StandaloneProcess::Kill() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  if (output_ >= 0) close(output_);
  output_ = -1;
}

absl::Status StandaloneProcess::Stop() {
  if (pid_ <= 0) return absl::FailedPreconditionError("not running");
  kill(pid_, SIGTERM);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  close(output_);
  output_ = -1;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("ended with status ", status));
}

std::string SignToken(const std::string& data_path, const std::string& subject, const std::string& role,
                      const std::string& tenant) {
  static const SystemClock clock;
  const auto key = auth::LoadOrMakeKeyFile(data_path + "/auth.key");
  if (!key.ok()) {
    std::fprintf(stderr, "%s\n", std::string(key.status().message()).c_str());
    std::abort();
  }
  const auth::Signer signer(key->private_pem, clock);
  const auto token =
      signer.Sign({subject, *auth::RoleFromName(role), tenant, absl::Now() + absl::Hours(24)});
  if (!token.ok()) {
    std::fprintf(stderr, "%s\n", std::string(token.status().message()).c_str());
    std::abort();
  }
  return *token;
}

}  // namespace regard::load
