// A real regard-standalone as a child process: started, killed without mercy, started again on the same data.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace regard::load {

class StandaloneProcess {
 public:
  // `binary` is a path. `data_path` is kept; extra flags come behind the usual ones.
  StandaloneProcess(std::string binary, std::string data_path, std::vector<std::string> extra_flags = {});
  // Kills what still runs.
  ~StandaloneProcess();

  // Returns when it says that it is ready. UNAVAILABLE when it ended or was silent for `patience`.
  absl::Status Start(absl::Duration patience = absl::Seconds(60));
  // kill -9, and waits until it is gone.
  void Kill();
  // SIGTERM; OK when it ended with 0.
  absl::Status Stop();

  const std::string& address() const { return address_; }
  const std::string& data_path() const { return data_path_; }
  pid_t pid() const { return pid_; }

 private:
  const std::string binary_;
  const std::string data_path_;
  const std::vector<std::string> extra_flags_;
  std::string address_;
  pid_t pid_ = -1;
  int output_ = -1;
};

// A token signed with the key of the data folder, valid for a day.
std::string SignToken(const std::string& data_path, const std::string& subject, const std::string& role,
                      const std::string& tenant);

}  // namespace regard::load
