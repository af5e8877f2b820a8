// What every Store must do.
#include <filesystem>
#include <functional>

#include "gtest/gtest.h"
#include "libs/es/store.h"
#include "libs/es/testing/memory_store.h"
#include "libs/rocks/store_set.h"

namespace regard::es {
namespace {

class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  virtual Store& store() = 0;
};

class MemoryUnderTest : public StoreUnderTest {
 public:
  Store& store() override { return store_; }

 private:
  testing::MemoryStore store_;
};

class RocksUnderTest : public StoreUnderTest {
 public:
  explicit RocksUnderTest(absl::Duration flush_after) {
    rocks::StoreSetOptions options;
    options.flush_after = flush_after;
    char pattern[] = "/tmp/regard-contract-XXXXXX";
    path_ = mkdtemp(pattern);
    set_ = rocks::StoreSet::Open(path_ + "/stores", {"one", "two"}, options).value();
    StoreBatch other;
    other.Put("b", "of another store");
    EXPECT_TRUE(set_->store("two")->Write(other, Store::Durability::kSynced).ok());
  }
  ~RocksUnderTest() override {
    set_.reset();
    std::filesystem::remove_all(path_);
  }
  Store& store() override { return *set_->store("one"); }

 private:
  std::string path_;
  std::unique_ptr<rocks::StoreSet> set_;
};

struct Adapter {
  const char* name;
  std::function<std::unique_ptr<StoreUnderTest>()> make;
};

class StoreContract : public ::testing::TestWithParam<Adapter> {
 protected:
  StoreContract() : under_test_(GetParam().make()) {}
  Store& store() { return under_test_->store(); }
  void Write(StoreBatch batch) { ASSERT_TRUE(store().Write(batch, Store::Durability::kBuffered).ok()); }
  std::string Keys(absl::string_view from, absl::string_view to, int limit = 100) {
    std::string keys;
    EXPECT_TRUE(store()
                    .Scan(from, to,
                          [&](absl::string_view key, absl::string_view) {
                            keys += std::string(key) + " ";
                            return --limit > 0;
                          })
                    .ok());
    return keys;
  }
  std::unique_ptr<StoreUnderTest> under_test_;
};

TEST_P(StoreContract, AbsentIsNotEmpty) {
  EXPECT_EQ(store().Get("a").value(), absl::nullopt);
  StoreBatch batch;
  batch.Put("a", "");
  Write(std::move(batch));
  EXPECT_EQ(store().Get("a").value(), absl::optional<std::string>(""));
}

TEST_P(StoreContract, ABatchIsAppliedInOrder) {
  StoreBatch batch;
  batch.Put("a", "1");
  batch.Put("a", "2");
  batch.Put("b", "1");
  batch.Delete("b");
  Write(std::move(batch));
  EXPECT_EQ(store().Get("a").value(), absl::optional<std::string>("2"));
  EXPECT_EQ(store().Get("b").value(), absl::nullopt);
}

TEST_P(StoreContract, ScansInByteOrderWithinBounds) {
  StoreBatch batch;
  for (const char* key : {"b", "a", "\xff", "ab", "c"}) batch.Put(key, "v");
  Write(std::move(batch));
  EXPECT_EQ(Keys("", ""), "a ab b c \xff ");
  EXPECT_EQ(Keys("ab", "c"), "ab b ");
  EXPECT_EQ(Keys("", "", 2), "a ab ");
}

TEST_P(StoreContract, DeletesRanges) {
  StoreBatch batch;
  for (const char* key : {"p1", "p2", "q"}) batch.Put(key, "v");
  Write(std::move(batch));
  StoreBatch drop;
  drop.DeleteRange("p", PrefixEnd("p"));
  Write(std::move(drop));
  EXPECT_EQ(Keys("", ""), "q ");
}

TEST_P(StoreContract, KeysAndValuesMayHoldAnyBytes) {
  const std::string key("\0k\xff\0", 4);
  StoreBatch batch;
  batch.Put(key, std::string("\0v", 2));
  Write(std::move(batch));
  EXPECT_EQ(store().Get(key).value(), absl::optional<std::string>(std::string("\0v", 2)));
}

INSTANTIATE_TEST_SUITE_P(
    Stores, StoreContract,
    ::testing::Values(Adapter{"memory", [] { return std::make_unique<MemoryUnderTest>(); }},
                      Adapter{"rocks_in_memory", [] { return std::make_unique<RocksUnderTest>(absl::Hours(1)); }},
                      Adapter{"rocks", [] { return std::make_unique<RocksUnderTest>(absl::ZeroDuration()); }}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace regard::es
