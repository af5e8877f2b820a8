#include "libs/kafka/testing/brokers.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "libs/kafka/address.h"

namespace regard::kafka::testing {
namespace {

std::string Folder() {
  const char* folder = std::getenv("REGARD_KAFKA_FOLDER");
  if (folder == nullptr) {
    std::fprintf(stderr, "REGARD_KAFKA_FOLDER is not set: run this with ctest, or see libs/kafka/testing/brokers.h\n");
    std::exit(1);
  }
  return folder;
}

}  // namespace

std::string BrokersFile(const std::string& name) { return absl::StrCat(Folder(), "/", name); }

Cluster Brokers() {
  std::ifstream file(BrokersFile("bootstrap"));
  Cluster cluster;
  if (!(file >> cluster.bootstrap_servers)) {
    std::fprintf(stderr, "%s holds no running brokers\n", Folder().c_str());
    std::exit(1);
  }
  const absl::Status read = ReadProperties(BrokersFile("kafka.properties"), cluster);
  if (!read.ok() && !absl::IsNotFound(read)) {
    std::fprintf(stderr, "%s\n", std::string(read.message()).c_str());
    std::exit(1);
  }
  if (std::getenv("REGARD_KAFKA_LOG") != nullptr) {
    cluster.log = [](int severity, absl::string_view line) {
      std::fprintf(stderr, "%d %.*s\n", severity, static_cast<int>(line.size()), line.data());
    };
  }
  return cluster;
}

std::string FreshDeployment() {
  static int count = 0;
  return absl::StrCat("test-", absl::ToUnixMillis(absl::Now()), "-", getpid(), "-", ++count);
}

std::string Control(const std::string& arguments) {
  const std::string command =
      absl::StrCat(REGARD_SOURCE_DIR, "/tools/kafka/run ", arguments, " --folder '", Folder(), "'");
  FILE* pipe = popen(command.c_str(), "r");
  std::string output;
  char buffer[256];
  while (pipe != nullptr && std::fgets(buffer, sizeof(buffer), pipe) != nullptr) output += buffer;
  if (pipe == nullptr || pclose(pipe) != 0) {
    std::fprintf(stderr, "failed: %s\n", command.c_str());
    std::exit(1);
  }
  return std::string(absl::StripSuffix(output, "\n"));
}

}  // namespace regard::kafka::testing
