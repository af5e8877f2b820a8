#include "libs/kafka/address.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace regard::kafka {
namespace {

using ::testing::HasSubstr;

TEST(Address, NamesBrokersAndDeployment) {
  const auto address = ParseAddress("kafka://one:9092,two:9092/regard");
  ASSERT_TRUE(address.ok()) << address.status();
  EXPECT_EQ(address->cluster.bootstrap_servers, "one:9092,two:9092");
  EXPECT_EQ(address->deployment, "regard");
  EXPECT_EQ(address->partition_count, 64);
  EXPECT_EQ(address->rules.replicas, 3);
  EXPECT_EQ(address->rules.in_sync_replicas, 2);
}

TEST(Address, SaysWhatDiffersFromTheUsual) {
  const auto address = ParseAddress("kafka://one:9092/small?replicas=1&in_sync=1&partitions=4");
  ASSERT_TRUE(address.ok()) << address.status();
  EXPECT_EQ(address->partition_count, 4);
  EXPECT_EQ(address->rules.replicas, 1);
  EXPECT_EQ(address->rules.in_sync_replicas, 1);
}

TEST(Address, WhatIsNoneIsRefused) {
  for (const char* text : {"", "rocks://one/regard", "kafka://", "kafka:///regard", "kafka://one:9092",
                           "kafka://one:9092/", "kafka://one:9092/a.b", "kafka://one:9092/a?in_sync=4",
                           "kafka://one:9092/a?acks=1", "kafka://one:9092/a?replicas=none",
                           "kafka://one/a?replicas=0"}) {
    EXPECT_EQ(ParseAddress(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

class PropertiesFile : public ::testing::Test {
 protected:
  PropertiesFile() {
    char pattern[] = "/tmp/regard-properties-XXXXXX";
    folder_ = mkdtemp(pattern);
  }
  ~PropertiesFile() override { std::filesystem::remove_all(folder_); }
  absl::Status Read(const std::string& text, mode_t mode = 0600) {
    const std::string path = folder_ + "/kafka.properties";
    std::ofstream(path) << text;
    chmod(path.c_str(), mode);
    return ReadProperties(path, cluster_);
  }

  std::string folder_;
  Cluster cluster_;
};

TEST_F(PropertiesFile, IsHandedOn) {
  EXPECT_EQ(Read("# how we connect\n\nsecurity.protocol = sasl_ssl\nsasl.password=a=b\n"), absl::OkStatus());
  EXPECT_EQ(cluster_.properties,
            (std::map<std::string, std::string>{{"security.protocol", "sasl_ssl"}, {"sasl.password", "a=b"}}));
}

TEST_F(PropertiesFile, WhatTheLogRestsOnIsRefusedByName) {
  const absl::Status status = Read("acks=1\n");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("acks"));
}

TEST_F(PropertiesFile, ThatOthersCanReadIsRefused) {
  EXPECT_EQ(Read("sasl.password=secret\n", 0644).code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(PropertiesFile, ThatIsNotThereOrIsNoneIsRefused) {
  EXPECT_EQ(ReadProperties(folder_ + "/none", cluster_).code(), absl::StatusCode::kNotFound);
  const absl::Status status = Read("ssl.ca.location=/ca\nwhat is this\n");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("line 2"));
}

}  // namespace
}  // namespace regard::kafka
