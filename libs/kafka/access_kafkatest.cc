// A log on brokers that want TLS and a password (tools/kafka/run start 1 --secure), and what is said of wrong ones.
#include "libs/kafka/access.h"

#include <cstdlib>
#include <future>
#include <mutex>

#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/kafka/key_store.h"
#include "libs/kafka/log_store.h"
#include "libs/kafka/testing/brokers.h"

namespace regard::kafka {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kWrong[] = "0pen-sesame";
// None of the patiences within is so short: whatever is refused later was waited for.
constexpr absl::Duration kSoon = absl::Seconds(10);

class SecureBrokers : public ::testing::Test {
 protected:
  SecureBrokers() {
    options_.deployment = testing::FreshDeployment();
    options_.partition_count = 2;
    options_.rules = {1, 1};
    cluster_.log = [this](int, absl::string_view line) {
      std::lock_guard<std::mutex> lock(mutex_);
      lines_.emplace_back(line);
    };
  }
  absl::Status Make() {
    return CreateTopics(cluster_, options_.deployment, topics_, options_.partition_count, options_.rules).status();
  }
  absl::StatusOr<std::unique_ptr<LogStore>> Open() { return LogStore::Open(cluster_, topics_, options_); }
  absl::Status OpenKeys() {
    KeyStoreOptions options;
    options.deployment = options_.deployment;
    return KeyStore::Open(cluster_, privacy::Key::Random(), options).status();
  }
  std::string Lines() {
    std::lock_guard<std::mutex> lock(mutex_);
    return absl::StrJoin(lines_, "\n");
  }
  // The same from everything that is opened, soon, and without a secret.
  void ExpectRefused(absl::StatusCode code, const std::string& names) {
    const absl::Time began = absl::Now();
    const absl::Status first = Make();
    EXPECT_LT(absl::Now() - began, kSoon);
    EXPECT_EQ(first.code(), code) << first;
    EXPECT_THAT(std::string(first.message()), HasSubstr(names));
    EXPECT_EQ(Open().status(), first);
    EXPECT_EQ(OpenKeys(), first);
    EXPECT_THAT(Lines(), Not(IsEmpty()));
    for (const std::string& secret : {cluster_.properties["sasl.password"], password_}) {
      EXPECT_THAT(std::string(first.message()), Not(HasSubstr(secret)));
      EXPECT_THAT(Lines(), Not(HasSubstr(secret)));
    }
  }

  // Outlives the handles that log into it.
  std::mutex mutex_;
  std::vector<std::string> lines_;
  Cluster cluster_ = testing::Brokers();
  const std::string password_ = cluster_.properties["sasl.password"];
  const std::vector<std::string> topics_ = {"budgets"};
  LogStoreOptions options_;
};

TEST_F(SecureBrokers, WriteAndReadALogAndKeys) {
  ASSERT_EQ(cluster_.properties["security.protocol"], "sasl_ssl");
  ASSERT_THAT(password_, Not(IsEmpty()));
  ASSERT_EQ(Make(), absl::OkStatus());
  auto store = Open();
  ASSERT_TRUE(store.ok()) << store.status();
  auto record = std::make_shared<log::v1::Record>();
  record->mutable_claim()->set_instance_id("one");
  std::promise<absl::StatusOr<es::Offset>> appended;
  (*store)->topic("budgets")->Append(1, record, [&](absl::StatusOr<es::Offset> at) { appended.set_value(at); });
  EXPECT_EQ(appended.get_future().get().value(), 0);
  // Another, which has it from the brokers.
  store = Open();
  ASSERT_TRUE(store.ok()) << store.status();
  const auto read = (*store)->topic("budgets")->Read(1, 0, 100);
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->size(), 1u);
  EXPECT_EQ((*read)[0].record->claim().instance_id(), "one");
  EXPECT_EQ(OpenKeys(), absl::OkStatus());
  EXPECT_THAT(Lines(), Not(HasSubstr(password_)));
}

TEST_F(SecureBrokers, RefuseAWrongPasswordByTheNamesOfItsProperties) {
  cluster_.properties["sasl.password"] = kWrong;
  ExpectRefused(absl::StatusCode::kPermissionDenied, "sasl.username with sasl.password");
}

TEST_F(SecureBrokers, OfAnAuthorityThatIsNotTrustedAreRefusedByTheNameOfTheProperty) {
  cluster_.properties["ssl.ca.location"] = testing::BrokersFile("other-ca.pem");
  ExpectRefused(absl::StatusCode::kFailedPrecondition, "ssl.ca.location");
}

TEST_F(SecureBrokers, WhoComesInPlainTextIsToldWhatToLookAt) {
  cluster_.properties.clear();
  const absl::Status status = CheckAccess(cluster_, absl::Seconds(2));
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("security.protocol"));
}

TEST_F(SecureBrokers, APropertyThatThereIsNotIsNamedWithoutItsValue) {
  cluster_.properties["sasl.pasword"] = kWrong;
  const absl::Status status = CheckAccess(cluster_, absl::Seconds(2));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("sasl.pasword"));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr(kWrong)));
}

}  // namespace
}  // namespace regard::kafka
