#include "libs/privacy/caching_key_store.h"

#include <functional>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "libs/privacy/memory_key_store.h"

namespace regard::privacy {
namespace {

// Counts what reaches it, and lets a test act between reading a key and giving it out.
class WatchedStore : public MemoryKeyStore {
 public:
  absl::StatusOr<Key> GetOrCreate(absl::string_view subject, absl::string_view tenant) override {
    ++calls;
    return MemoryKeyStore::GetOrCreate(subject, tenant);
  }
  absl::StatusOr<absl::optional<Key>> Get(absl::string_view subject, absl::string_view tenant) override {
    ++calls;
    auto key = MemoryKeyStore::Get(subject, tenant);
    if (after_read) after_read();
    return key;
  }

  int calls = 0;
  std::function<void()> after_read;
};

TEST(CachingKeyStore, AsksOnce) {
  WatchedStore behind;
  CachingKeyStore cache(behind, 10);
  const Key key = *cache.GetOrCreate("p1", "t1");
  EXPECT_EQ(cache.GetOrCreate("p1", "t1")->bytes(), key.bytes());
  EXPECT_EQ((*cache.Get("p1", "t1"))->bytes(), key.bytes());
  EXPECT_EQ(behind.calls, 1);
}

TEST(CachingKeyStore, DoesNotKeepAbsence) {
  WatchedStore behind;
  CachingKeyStore cache(behind, 10);
  EXPECT_FALSE(cache.Get("p1", "t1")->has_value());
  ASSERT_TRUE(behind.GetOrCreate("p1", "t1").ok());
  EXPECT_TRUE(cache.Get("p1", "t1")->has_value());
}

TEST(CachingKeyStore, IsBoundedAndKeepsWhatIsUsed) {
  WatchedStore behind;
  CachingKeyStore cache(behind, 3);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(cache.GetOrCreate("often", "t1").ok());
    ASSERT_TRUE(cache.GetOrCreate(absl::StrCat("p", i), "t1").ok());
    EXPECT_LE(cache.size(), 3u);
  }
  EXPECT_EQ(behind.calls, 11);
}

TEST(CachingKeyStore, ErasedIsGoneAtOnce) {
  WatchedStore behind;
  CachingKeyStore cache(behind, 10);
  const Key key = *cache.GetOrCreate("p1", "t1");
  EXPECT_EQ(cache.Erase("p1", "t1"), absl::OkStatus());
  EXPECT_FALSE(cache.Get("p1", "t1")->has_value());
  EXPECT_NE(cache.GetOrCreate("p1", "t1")->bytes(), key.bytes());
}

TEST(CachingKeyStore, ForgetsWhatAnotherProcessErased) {
  WatchedStore behind;
  CachingKeyStore cache(behind, 10);
  ASSERT_TRUE(cache.GetOrCreate("p1", "t1").ok());
  ASSERT_EQ(behind.Erase("p1", "t1"), absl::OkStatus());
  cache.Forget("p1", "t1");
  EXPECT_FALSE(cache.Get("p1", "t1")->has_value());
}

TEST(CachingKeyStore, AReadThatAnErasureOvertakesLeavesNothingBehind) {
  WatchedStore behind;
  CachingKeyStore cache(behind, 10);
  ASSERT_TRUE(behind.GetOrCreate("p1", "t1").ok());
  behind.after_read = [&] {
    behind.after_read = nullptr;
    EXPECT_EQ(cache.Erase("p1", "t1"), absl::OkStatus());
  };
  ASSERT_TRUE(cache.Get("p1", "t1").ok());
  EXPECT_EQ(cache.size(), 0u);
  EXPECT_FALSE(cache.Get("p1", "t1")->has_value());
}

}  // namespace
}  // namespace regard::privacy
