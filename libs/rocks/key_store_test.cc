#include "libs/rocks/key_store.h"

#include <cstdlib>
#include <filesystem>
#include <map>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace regard::rocks {
namespace {

class KeyStoreTest : public ::testing::Test {
 protected:
  KeyStoreTest() {
    char pattern[] = "/tmp/regard-keys-XXXXXX";
    folder_ = mkdtemp(pattern);
    auto opened = KeyStore::Open(folder_ + "/keys");
    EXPECT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
  }
  ~KeyStoreTest() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::string folder_;
  std::unique_ptr<KeyStore> store_;
};

TEST_F(KeyStoreTest, EveryLivingKeyIsVisitedUnderItsName) {
  const privacy::Key one = *store_->GetOrCreate("p1", "t1");
  const privacy::Key other = *store_->GetOrCreate("1", "t1p");
  ASSERT_TRUE(store_->GetOrCreate("gone", "t1").ok());
  ASSERT_TRUE(store_->Erase("gone", "t1").ok());
  std::map<std::string, std::string> seen;
  const absl::Status visited =
      store_->Visit([&](absl::string_view subject, absl::string_view tenant, const privacy::Key& key) {
        seen[absl::StrCat(subject, " of ", tenant)] = std::string(key.bytes());
        return absl::OkStatus();
      });
  EXPECT_EQ(visited, absl::OkStatus());
  EXPECT_EQ(seen, (std::map<std::string, std::string>{{"p1 of t1", std::string(one.bytes())},
                                                      {"1 of t1p", std::string(other.bytes())}}));
  const absl::Status ended = store_->Visit(
      [](absl::string_view, absl::string_view, const privacy::Key&) { return absl::AbortedError("enough"); });
  EXPECT_EQ(ended.code(), absl::StatusCode::kAborted);
}

TEST_F(KeyStoreTest, AKeyThatWasMadeElsewhereIsTakenAndNeverReplacesAnother) {
  const privacy::Key key = privacy::Key::Random();
  EXPECT_EQ(store_->Put("p1", "t1", key), absl::OkStatus());
  EXPECT_EQ(store_->Put("p1", "t1", key), absl::OkStatus());
  EXPECT_EQ(store_->Put("p1", "t1", privacy::Key::Random()).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(store_->GetOrCreate("p1", "t1")->bytes(), key.bytes());
}

}  // namespace
}  // namespace regard::rocks
