// The cache answers only for the very token, only until it expires, and never grows past its bound.
#include "libs/auth/token_cache.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace regard::auth {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

std::shared_ptr<const Identity> Somebody(absl::string_view subject, absl::Time expires) {
  return std::make_shared<const Identity>(
      Identity{std::string(subject), options::v1::ROLE_PERSON, "E08000009", expires});
}

TEST(TokenCache, FindsWhatWasInsertedUntilItExpires) {
  TokenCache cache(100);
  cache.Insert("token-a", Somebody("a", kNow + absl::Seconds(5)), kNow);
  ASSERT_NE(cache.Find("token-a", kNow), nullptr);
  EXPECT_EQ(cache.Find("token-a", kNow)->subject, "a");
  EXPECT_EQ(cache.Find("token-b", kNow), nullptr);
  EXPECT_NE(cache.Find("token-a", kNow + absl::Seconds(4)), nullptr);
  EXPECT_EQ(cache.Find("token-a", kNow + absl::Seconds(5)), nullptr);
}

TEST(TokenCache, TakesShortTokens) {
  TokenCache cache(100);
  cache.Insert("", Somebody("a", kNow + absl::Seconds(5)), kNow);
  cache.Insert("x", Somebody("b", kNow + absl::Seconds(5)), kNow);
  EXPECT_EQ(cache.Find("", kNow)->subject, "a");
  EXPECT_EQ(cache.Find("x", kNow)->subject, "b");
}

TEST(TokenCache, IsBounded) {
  TokenCache cache(320);
  for (int i = 0; i < 20'000; ++i) {
    cache.Insert(absl::StrCat("token-", i * 7919), Somebody("a", kNow + absl::Hours(1)), kNow);
    ASSERT_LE(cache.size(), 320u);
  }
  EXPECT_GT(cache.size(), 0u);
}

TEST(TokenCache, DropsExpiredBeforeLiving) {
  TokenCache roomy(32 * 2);
  roomy.Insert("1-samesame", Somebody("short", kNow + absl::Seconds(1)), kNow);
  roomy.Insert("2-samesame", Somebody("long", kNow + absl::Hours(1)), kNow);
  roomy.Insert("3-samesame", Somebody("new", kNow + absl::Hours(1)), kNow + absl::Minutes(1));
  EXPECT_EQ(roomy.Find("1-samesame", kNow), nullptr);
  EXPECT_NE(roomy.Find("2-samesame", kNow), nullptr);
  EXPECT_NE(roomy.Find("3-samesame", kNow), nullptr);
}

}  // namespace
}  // namespace regard::auth
