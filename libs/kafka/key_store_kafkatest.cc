#include "libs/kafka/key_store.h"

#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "libs/kafka/testing/brokers.h"
#include "libs/kafka/topics.h"
#include "libs/privacy/caching_key_store.h"

namespace regard::kafka {
namespace {

class KafkaKeys : public ::testing::Test {
 protected:
  KafkaKeys() {
    options_.deployment = testing::FreshDeployment();
    const auto made = CreateTopics(cluster_, options_.deployment, {}, 1, {});
    EXPECT_TRUE(made.ok()) << made.status();
  }
  std::unique_ptr<KeyStore> Open() {
    auto opened = KeyStore::Open(cluster_, master_, options_);
    EXPECT_TRUE(opened.ok()) << opened.status();
    return *std::move(opened);
  }

  const Cluster cluster_ = testing::Brokers();
  const privacy::Key master_ = privacy::Key::Random();
  KeyStoreOptions options_;
};

TEST_F(KafkaKeys, OneKeyPerSubjectAndTenant) {
  const auto store = Open();
  EXPECT_FALSE(store->Get("p1", "t1")->has_value());
  const privacy::Key key = *store->GetOrCreate("p1", "t1");
  EXPECT_EQ(store->GetOrCreate("p1", "t1")->bytes(), key.bytes());
  EXPECT_EQ((*store->Get("p1", "t1"))->bytes(), key.bytes());
  EXPECT_NE(store->GetOrCreate("p1", "t2")->bytes(), key.bytes());
  EXPECT_NE(store->GetOrCreate("p1t", "1")->bytes(), key.bytes());
}

TEST_F(KafkaKeys, EveryInstanceHasThemAlsoLater) {
  const auto one = Open();
  const privacy::Key key = *one->GetOrCreate("p1", "t1");
  const auto later = Open();
  EXPECT_EQ((*later->Get("p1", "t1"))->bytes(), key.bytes());
  EXPECT_EQ(later->GetOrCreate("p1", "t1")->bytes(), key.bytes());
}

TEST_F(KafkaKeys, InstancesThatMakeOneTogetherGetTheSame) {
  const std::vector<std::shared_ptr<KeyStore>> stores = {Open(), Open(), Open()};
  constexpr int kSubjects = 20;
  std::vector<std::vector<std::string>> made(stores.size());
  std::vector<std::thread> makers;
  for (size_t i = 0; i < stores.size(); ++i) {
    makers.emplace_back([&, i] {
      for (int subject = 0; subject < kSubjects; ++subject) {
        made[i].emplace_back(stores[i]->GetOrCreate(std::to_string(subject), "t")->bytes());
      }
    });
  }
  for (std::thread& maker : makers) maker.join();
  EXPECT_EQ(made[0], made[1]);
  EXPECT_EQ(made[0], made[2]);
  const auto later = Open();
  for (int subject = 0; subject < kSubjects; ++subject) {
    EXPECT_EQ((*later->Get(std::to_string(subject), "t"))->bytes(), made[0][subject]);
  }
}

// Two instances that make a key at the same moment leave two records; the one in use goes last.
TEST_F(KafkaKeys, AKeyThatWasMadeTwiceIsErasedWhenItIsSaidToBe) {
  const auto one = Open();
  KeyStore* other = nullptr;
  std::mutex mutex;
  std::condition_variable heard;
  std::set<std::string> erased;
  options_.erased = [&](absl::string_view subject, absl::string_view) {
    // Asked from the store's thread: nothing that comes later counts yet.
    EXPECT_FALSE(other->Get(subject, "t1")->has_value()) << subject;
    std::lock_guard<std::mutex> lock(mutex);
    erased.emplace(subject);
    heard.notify_one();
  };
  const auto opened = Open();
  other = opened.get();
  for (int i = 0; i < 10; ++i) {
    const std::string subject = absl::StrCat("p", i);
    std::thread made([&] { EXPECT_TRUE(one->GetOrCreate(subject, "t1").ok()); });
    EXPECT_TRUE(other->GetOrCreate(subject, "t1").ok());
    made.join();
    EXPECT_EQ(one->Erase(subject, "t1"), absl::OkStatus());
  }
  std::unique_lock<std::mutex> lock(mutex);
  heard.wait(lock, [&] { return erased.size() == 10; });
}

TEST_F(KafkaKeys, AnErasureIsSeenByEveryInstance) {
  const auto one = Open();
  std::mutex mutex;
  std::condition_variable heard;
  std::set<std::pair<std::string, std::string>> erased;
  options_.erased = [&](absl::string_view subject, absl::string_view tenant) {
    std::lock_guard<std::mutex> lock(mutex);
    erased.emplace(subject, tenant);
    heard.notify_one();
  };
  const auto other = Open();
  const privacy::Key key = *one->GetOrCreate("p1", "t1");
  ASSERT_EQ(other->GetOrCreate("p1", "t1")->bytes(), key.bytes());
  const privacy::Key kept = *one->GetOrCreate("p2", "t1");
  EXPECT_EQ(one->Erase("p1", "t1"), absl::OkStatus());
  EXPECT_FALSE(one->Get("p1", "t1")->has_value());
  {
    std::unique_lock<std::mutex> lock(mutex);
    heard.wait(lock, [&] { return erased.contains({"p1", "t1"}); });
  }
  EXPECT_FALSE(other->Get("p1", "t1")->has_value());
  EXPECT_EQ((*other->Get("p2", "t1"))->bytes(), kept.bytes());
  const auto later = Open();
  EXPECT_FALSE(later->Get("p1", "t1")->has_value());
  EXPECT_NE(later->GetOrCreate("p1", "t1")->bytes(), key.bytes());
  EXPECT_EQ(one->Erase("p1", "t1"), absl::OkStatus());
  EXPECT_EQ(one->Erase("nobody", "t1"), absl::OkStatus());
}

TEST_F(KafkaKeys, KeysThatWereMadeElsewhereComeInAndGoOut) {
  const auto store = Open();
  const privacy::Key key = privacy::Key::Random();
  EXPECT_EQ(store->Put("p1", "t1", key), absl::OkStatus());
  EXPECT_EQ(store->Put("p1", "t1", key), absl::OkStatus());
  EXPECT_EQ(store->Put("p1", "t1", privacy::Key::Random()).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ((*store->Get("p1", "t1"))->bytes(), key.bytes());
  std::set<std::string> seen;
  const absl::Status visited =
      store->Visit([&](absl::string_view subject, absl::string_view tenant, const privacy::Key& one) {
        EXPECT_EQ(one.bytes(), key.bytes());
        seen.insert(absl::StrCat(subject, " of ", tenant));
        return absl::OkStatus();
      });
  EXPECT_EQ(visited, absl::OkStatus());
  EXPECT_EQ(seen, std::set<std::string>{"p1 of t1"});
}

TEST_F(KafkaKeys, AnotherMasterKeyIsRefused) {
  Open();
  EXPECT_EQ(KeyStore::Open(cluster_, privacy::Key::Random(), options_).status().code(),
            absl::StatusCode::kFailedPrecondition);
  Open();
}

TEST_F(KafkaKeys, AnInstanceThatCannotBeSureGivesOutNothing) {
  options_.trusted_for = absl::ZeroDuration();
  const auto opened = KeyStore::Open(cluster_, master_, options_);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ((*opened)->Get("p1", "t1").status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ((*opened)->GetOrCreate("p1", "t1").status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(KafkaKeys, WithoutATopicThereIsNoStore) {
  options_.deployment = testing::FreshDeployment();
  EXPECT_EQ(KeyStore::Open(cluster_, master_, options_).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace regard::kafka
