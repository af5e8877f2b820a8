// A whole instance on brokers that want TLS and a password, as an operator starts it: with a file of properties.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/kafka/testing/brokers.h"
#include "tests/load/hold_load.h"
#include "tests/load/standalone_process.h"

namespace regard::load {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kWrong[] = "0pen-sesame";

class SecureInstance : public ::testing::Test {
 protected:
  SecureInstance() {
    char pattern[] = "/tmp/regard-secure-XXXXXX";
    folder_ = mkdtemp(pattern);
  }
  ~SecureInstance() override { std::filesystem::remove_all(folder_); }
  std::vector<std::string> Flags(const std::string& properties) const {
    return {"--log",
            absl::StrCat("kafka://", cluster_.bootstrap_servers, "/", deployment_,
                         "?replicas=1&in_sync=1&partitions=4"),
            "--kafka-properties", properties};
  }
  // Runs regard-standalone until it ends by itself; its exit code.
  int Run(const std::string& properties, const std::string& more) {
    const std::string command =
        absl::StrCat(REGARD_STANDALONE, " --data ", folder_, "/data --listen 127.0.0.1:0 --metrics-listen '' '",
                     absl::StrJoin(Flags(properties), "' '"), "' ", more, " >", folder_, "/said 2>&1");
    const int status = std::system(command.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  std::string Said() const {
    std::stringstream said;
    said << std::ifstream(folder_ + "/said").rdbuf();
    return said.str();
  }

  std::string folder_;
  kafka::Cluster cluster_ = kafka::testing::Brokers();
  const std::string password_ = cluster_.properties["sasl.password"];
  const std::string properties_ = kafka::testing::BrokersFile("kafka.properties");
  const std::string deployment_ = kafka::testing::FreshDeployment();
};

TEST_F(SecureInstance, ServesCommands) {
  ASSERT_EQ(Run(properties_, "--make-log"), 0) << Said();
  EXPECT_THAT(Said(), Not(HasSubstr(password_)));
  StandaloneProcess server(REGARD_STANDALONE, folder_ + "/data", Flags(properties_));
  const absl::Status started = server.Start();
  ASSERT_TRUE(started.ok()) << started;
  const std::string token = SignToken(server.data_path(), "practitioner-1", "practitioner", "E08000009");
  RegisterProvider(server.address(), SignToken(server.data_path(), "owner-1", "provider", "E08000009"));
  EXPECT_EQ(OpenBudgets(TargetAt(server.address(), token), 0, 8, 4), 0u);
  EXPECT_TRUE(server.Stop().ok());
}

TEST_F(SecureInstance, EndsWithWhatIsWrongAndNoPassword) {
  const std::string wrong = folder_ + "/wrong.properties";
  std::ifstream right(properties_);
  std::ofstream file(wrong);
  for (std::string line; std::getline(right, line);) {
    file << (line.starts_with("sasl.password=") ? absl::StrCat("sasl.password=", kWrong) : line) << "\n";
  }
  file.close();
  std::filesystem::permissions(wrong, std::filesystem::perms::owner_read);
  for (const char* what : {"--make-log", ""}) {
    EXPECT_EQ(Run(wrong, what), 1) << Said();
    EXPECT_THAT(Said(), HasSubstr("sasl.username with sasl.password"));
    EXPECT_THAT(Said(), Not(HasSubstr(kWrong)));
  }
}

}  // namespace
}  // namespace regard::load
