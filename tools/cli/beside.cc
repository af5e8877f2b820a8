#include "tools/cli/beside.h"

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_cat.h"

namespace regard::cli {
namespace {

// Of a child that found no program to become; no program of ours ends with it.
constexpr int kNotFound = 127;

[[noreturn]] void Become(const std::string& beside, const std::string& program, std::vector<std::string>& arguments) {
  std::vector<char*> argv = {const_cast<char*>(program.c_str())};
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  execv(beside.c_str(), argv.data());
  execvp(program.c_str(), argv.data());
  _exit(kNotFound);
}

}  // namespace

absl::StatusOr<int> RunBeside(const std::string& program, std::vector<std::string> arguments, std::string& printed) {
  std::error_code none;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", none);
  const std::string beside = (self.parent_path() / program).string();
  int ends[2];
  if (pipe(ends) != 0) return absl::ErrnoToStatus(errno, "pipe");
  const pid_t child = fork();
  if (child < 0) return absl::ErrnoToStatus(errno, "fork");
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    Become(beside, program, arguments);
  }
  close(ends[1]);
  char buffer[4096];
  for (ssize_t size; (size = read(ends[0], buffer, sizeof(buffer))) > 0;) printed.append(buffer, size);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (!WIFEXITED(status)) return absl::InternalError(absl::StrCat(program, " was killed"));
  if (WEXITSTATUS(status) == kNotFound) {
    return absl::FailedPreconditionError(absl::StrCat(program, " is neither beside regard nor on the PATH"));
  }
  return WEXITSTATUS(status);
}

}  // namespace regard::cli
