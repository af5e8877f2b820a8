#include "libs/privacy/memory_key_store.h"

#include "gtest/gtest.h"

namespace regard::privacy {
namespace {

TEST(MemoryKeyStore, KeepsOneKeyPerSubjectAndTenant) {
  MemoryKeyStore store;
  EXPECT_FALSE(store.Get("p1", "t1")->has_value());
  const Key key = *store.GetOrCreate("p1", "t1");
  EXPECT_EQ(store.GetOrCreate("p1", "t1")->bytes(), key.bytes());
  EXPECT_EQ((*store.Get("p1", "t1"))->bytes(), key.bytes());
  EXPECT_NE(store.GetOrCreate("p1", "t2")->bytes(), key.bytes());
  EXPECT_NE(store.GetOrCreate("p1t", "1")->bytes(), key.bytes());
  EXPECT_NE(store.GetOrCreate("p1t", "1")->id(), key.id());
}

TEST(MemoryKeyStore, ErasedIsGoneAndTheNextKeyIsAnother) {
  MemoryKeyStore store;
  const Key key = *store.GetOrCreate("p1", "t1");
  EXPECT_EQ(store.Erase("p1", "t1"), absl::OkStatus());
  EXPECT_EQ(store.Erase("p1", "t1"), absl::OkStatus());
  EXPECT_EQ(store.Erase("p2", "t1"), absl::OkStatus());
  EXPECT_FALSE(store.Get("p1", "t1")->has_value());
  EXPECT_NE(store.GetOrCreate("p1", "t1")->bytes(), key.bytes());
}

TEST(MemoryKeyStore, TheSeedDecidesTheKeys) {
  MemoryKeyStore one(1), same(1), other(2);
  EXPECT_EQ(one.GetOrCreate("p1", "t1")->bytes(), same.GetOrCreate("p1", "t1")->bytes());
  EXPECT_NE(one.GetOrCreate("p1", "t1")->bytes(), other.GetOrCreate("p1", "t1")->bytes());
}

}  // namespace
}  // namespace regard::privacy
