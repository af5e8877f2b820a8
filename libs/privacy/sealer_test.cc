#include "libs/privacy/sealer.h"

#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "libs/privacy/memory_key_store.h"
#include "regard/bookings/v1/facts.pb.h"
#include "regard/budgets/v1/facts.pb.h"
#include "regard/providers/v1/facts.pb.h"

namespace regard::privacy {
namespace {

using google::protobuf::util::MessageDifferencer;
using regard::bookings::v1::BookingFact;
using regard::budgets::v1::BudgetFact;
using regard::budgets::v1::PersonFact;
using regard::providers::v1::ProviderFact;
using testing::HasSubstr;
using testing::Not;

constexpr char kTenant[] = "E08000009";

template <class Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

BookingFact Requested() {
  return Parse<BookingFact>(R"pb(
    requested {
      booking_id: "b1"
      person_id: "p1"
      home_postcode: "M33 4GT"
      note: "the blue door"
      back_up { name: "Ada Sale" telephone: "0161 496 0123" }
      capacity: 1
    })pb");
}

ProviderFact Registered() {
  return Parse<ProviderFact>(R"pb(
    registered {
      provider_id: "v1"
      name: "Sale Gardens"
      worker_ids: "w1"
      worker_ids: "w2"
      worker_names { worker_id: "w1" display_name: "Grace" }
      worker_names { worker_id: "w2" display_name: "Hedy" }
    })pb");
}

class SealerTest : public testing::Test {
 protected:
  log::v1::Fact Sealed(google::protobuf::Message& fact, const std::string& stream = "booking/b1") {
    log::v1::Fact out;
    out.set_stream(stream);
    out.set_version(7);
    EXPECT_EQ(sealer_.Seal(kTenant, fact, out), absl::OkStatus());
    return out;
  }

  absl::StatusCode OpenCode(const log::v1::Fact& fact) {
    BookingFact into;
    return opener_.Open(fact, into).status().code();
  }

  MemoryKeyStore keys_;
  Sealer sealer_{keys_};
  Opener opener_{keys_};
};

TEST_F(SealerTest, AFactComesBackWhole) {
  BookingFact fact = Requested();
  const log::v1::Fact sealed = Sealed(fact);
  ASSERT_EQ(sealed.sealed_size(), 1);
  EXPECT_EQ(sealed.sealed(0).subject(), "p1");
  EXPECT_EQ(sealed.sealed(0).tenant(), kTenant);

  BookingFact opened;
  EXPECT_EQ(*opener_.Open(sealed, opened), Opening::kOpened);
  EXPECT_TRUE(MessageDifferencer::Equals(opened, Requested())) << opened.DebugString();
}

TEST_F(SealerTest, WhatStaysIsPublicInTheLogAndInMemory) {
  BookingFact fact = Requested();
  const log::v1::Fact sealed = Sealed(fact);
  const std::string stored = sealed.SerializeAsString();
  for (const char* personal : {"M33 4GT", "blue door", "Ada", "0161"}) EXPECT_THAT(stored, Not(HasSubstr(personal)));
  EXPECT_EQ(sealed.body(), fact.SerializeAsString());
  // The control: what is public is found, so personal text would be.
  EXPECT_THAT(stored, HasSubstr("b1"));

  // That there is a back-up contact is public; who it is is not.
  EXPECT_TRUE(MessageDifferencer::Equals(
      fact, Parse<BookingFact>(R"pb(requested { booking_id: "b1" person_id: "p1" back_up {} capacity: 1 })pb")))
      << fact.DebugString();
}

TEST_F(SealerTest, RepeatedFieldsAreSealedWhole) {
  ProviderFact fact = Registered();
  const log::v1::Fact sealed = Sealed(fact, "provider/v1");
  EXPECT_EQ(fact.registered().worker_names_size(), 0);
  EXPECT_EQ(fact.registered().worker_ids_size(), 2);
  EXPECT_THAT(sealed.SerializeAsString(), Not(HasSubstr("Grace")));

  ProviderFact opened;
  EXPECT_EQ(*opener_.Open(sealed, opened), Opening::kOpened);
  EXPECT_TRUE(MessageDifferencer::Equals(opened, Registered())) << opened.DebugString();
}

TEST_F(SealerTest, EachSubjectHasItsOwnPart) {
  const auto original = Parse<ProviderFact>(R"pb(
    claim_requested {
      provider_id: "v1"
      owner_id: "o1"
      proof: "a letter to my door"
      worker_names { worker_id: "w1" display_name: "Grace" }
    })pb");
  ProviderFact fact = original;
  const log::v1::Fact sealed = Sealed(fact, "provider/v1");
  ASSERT_EQ(sealed.sealed_size(), 2);
  ProviderFact opened;
  EXPECT_EQ(*opener_.Open(sealed, opened), Opening::kOpened);
  EXPECT_TRUE(MessageDifferencer::Equals(opened, original)) << opened.DebugString();

  ASSERT_EQ(keys_.Erase("o1", kTenant), absl::OkStatus());
  EXPECT_EQ(*opener_.Open(sealed, opened), Opening::kErased);
  EXPECT_EQ(opened.claim_requested().proof(), "");
  EXPECT_EQ(opened.claim_requested().worker_names_size(), 1);
}

TEST_F(SealerTest, AQueryOpensAPartByItself) {
  BookingFact fact = Requested();
  const log::v1::Fact sealed = Sealed(fact);
  BookingFact into;
  EXPECT_EQ(*opener_.OpenPart({"booking/b1", 7}, sealed.sealed(0), into), Opening::kOpened);
  EXPECT_EQ(into.requested().back_up().telephone(), "0161 496 0123");
  EXPECT_EQ(into.requested().booking_id(), "");
}

TEST_F(SealerTest, FactsWithoutPersonalFieldsAreOnlySerialised) {
  auto fact = Parse<BudgetFact>(R"pb(hold_placed { hold_id: "h1" amount { pence: 100 } })pb");
  const std::string bytes = fact.SerializeAsString();
  log::v1::Fact out;
  // Not even a tenant is needed.
  EXPECT_EQ(sealer_.Seal("", fact, out), absl::OkStatus());
  EXPECT_EQ(out.body(), bytes);
  EXPECT_EQ(out.sealed_size(), 0);
}

TEST_F(SealerTest, UnsetPersonalFieldsMakeNoPartAndNoKey) {
  auto fact = Parse<PersonFact>(R"pb(acting_granted { person_id: "p1" helper_id: "h1" })pb");
  EXPECT_EQ(Sealed(fact).sealed_size(), 0);
  EXPECT_FALSE(keys_.Get("p1", kTenant)->has_value());
}

TEST_F(SealerTest, RefusesWhatItCouldOnlyStoreInTheClear) {
  log::v1::Fact out;
  auto nobody = Parse<PersonFact>(R"pb(acting_granted { evidence: "a letter" })pb");
  EXPECT_EQ(sealer_.Seal(kTenant, nobody, out).code(), absl::StatusCode::kInvalidArgument);
  auto nowhere = Parse<PersonFact>(R"pb(acting_granted { person_id: "p1" evidence: "a letter" })pb");
  EXPECT_EQ(sealer_.Seal("", nowhere, out).code(), absl::StatusCode::kInvalidArgument);
  PersonFact nothing;
  EXPECT_EQ(sealer_.Seal(kTenant, nothing, out).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(SealerTest, ErasedIsAbsentNotAnError) {
  BookingFact fact = Requested();
  const log::v1::Fact sealed = Sealed(fact);
  ASSERT_EQ(keys_.Erase("p1", kTenant), absl::OkStatus());
  BookingFact opened;
  EXPECT_EQ(*opener_.Open(sealed, opened), Opening::kErased);
  EXPECT_TRUE(MessageDifferencer::Equals(opened, fact));

  MemoryKeyStore empty;
  EXPECT_EQ(*Opener(empty).Open(sealed, opened), Opening::kErased);
}

TEST_F(SealerTest, ANewKeyAfterAnErasureBringsNothingBack) {
  BookingFact before = Requested();
  const log::v1::Fact old = Sealed(before);
  ASSERT_EQ(keys_.Erase("p1", kTenant), absl::OkStatus());
  BookingFact after = Requested();
  const log::v1::Fact fresh = Sealed(after);

  BookingFact opened;
  EXPECT_EQ(*opener_.Open(old, opened), Opening::kErased);
  EXPECT_EQ(opened.requested().note(), "");
  EXPECT_EQ(*opener_.Open(fresh, opened), Opening::kOpened);
  EXPECT_EQ(opened.requested().note(), "the blue door");
}

TEST_F(SealerTest, ErasingInOneCouncilLeavesTheOther) {
  BookingFact here = Requested();
  BookingFact there = Requested();
  const log::v1::Fact sealed_here = Sealed(here);
  log::v1::Fact sealed_there;
  sealed_there.set_stream("booking/b1");
  ASSERT_EQ(sealer_.Seal("E08000003", there, sealed_there), absl::OkStatus());
  ASSERT_EQ(keys_.Erase("p1", kTenant), absl::OkStatus());
  BookingFact opened;
  EXPECT_EQ(*opener_.Open(sealed_here, opened), Opening::kErased);
  EXPECT_EQ(*opener_.Open(sealed_there, opened), Opening::kOpened);
}

TEST_F(SealerTest, AChangedPartIsDataLoss) {
  BookingFact fact = Requested();
  const log::v1::Fact sealed = Sealed(fact);
  const std::string& ciphertext = sealed.sealed(0).ciphertext();
  for (size_t i = 0; i < ciphertext.size(); ++i) {
    log::v1::Fact changed = sealed;
    (*changed.mutable_sealed(0)->mutable_ciphertext())[i] ^= 1;
    EXPECT_EQ(OpenCode(changed), absl::StatusCode::kDataLoss) << i;
  }
  log::v1::Fact changed = sealed;
  changed.mutable_sealed(0)->mutable_nonce()->back() ^= 1;
  EXPECT_EQ(OpenCode(changed), absl::StatusCode::kDataLoss);
  changed = sealed;
  changed.mutable_sealed(0)->mutable_ciphertext()->resize(5);
  EXPECT_EQ(OpenCode(changed), absl::StatusCode::kDataLoss);
  EXPECT_EQ(OpenCode(sealed), absl::StatusCode::kOk);
}

TEST_F(SealerTest, APartOpensOnlyInItsOwnFact) {
  BookingFact fact = Requested();
  const log::v1::Fact sealed = Sealed(fact);
  log::v1::Fact moved = sealed;
  moved.set_stream("booking/b2");
  EXPECT_EQ(OpenCode(moved), absl::StatusCode::kDataLoss);
  moved = sealed;
  moved.set_version(8);
  EXPECT_EQ(OpenCode(moved), absl::StatusCode::kDataLoss);

  // Under the same key bytes, another name still does not open it.
  class OneKey : public MemoryKeyStore {
    absl::StatusOr<absl::optional<Key>> Get(absl::string_view, absl::string_view) override {
      return MemoryKeyStore::Get("p1", kTenant);
    }
  } one_key;
  ASSERT_TRUE(one_key.GetOrCreate("p1", kTenant).ok());
  BookingFact into;
  EXPECT_EQ(*Opener(one_key).Open(sealed, into), Opening::kOpened);
  moved = sealed;
  moved.mutable_sealed(0)->set_subject("p2");
  EXPECT_EQ(Opener(one_key).Open(moved, into).status().code(), absl::StatusCode::kDataLoss);
  moved = sealed;
  moved.mutable_sealed(0)->set_tenant("E08000003");
  EXPECT_EQ(Opener(one_key).Open(moved, into).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(SealerTest, APartNeverReplacesAnotherFact) {
  BookingFact fact = Requested();
  const log::v1::Fact sealed = Sealed(fact);
  auto other = Parse<BookingFact>(R"pb(funded { hold_id: "h1" })pb");
  EXPECT_EQ(opener_.OpenPart({"booking/b1", 7}, sealed.sealed(0), other).status().code(),
            absl::StatusCode::kDataLoss);
  EXPECT_EQ(other.funded().hold_id(), "h1");
}

TEST_F(SealerTest, SealingAgainGivesTheSameBytesAndAnotherFactOthers) {
  BookingFact once = Requested();
  BookingFact twice = Requested();
  EXPECT_EQ(Sealed(once).SerializeAsString(), Sealed(twice).SerializeAsString());

  BookingFact elsewhere = Requested();
  BookingFact different = Requested();
  different.mutable_requested()->set_note("the red door");
  BookingFact original = Requested();
  const std::string nonce = Sealed(original).sealed(0).nonce();
  EXPECT_NE(Sealed(elsewhere, "booking/b2").sealed(0).nonce(), nonce);
  EXPECT_NE(Sealed(different).sealed(0).nonce(), nonce);
}

TEST_F(SealerTest, AStoreThatFailsIsNotAnErasure) {
  class Away : public MemoryKeyStore {
    absl::StatusOr<absl::optional<Key>> Get(absl::string_view, absl::string_view) override {
      return absl::UnavailableError("away");
    }
    absl::StatusOr<Key> GetOrCreate(absl::string_view, absl::string_view) override {
      return absl::UnavailableError("away");
    }
  } away;
  BookingFact fact = Requested();
  const log::v1::Fact sealed = Sealed(fact);
  BookingFact into;
  EXPECT_EQ(Opener(away).Open(sealed, into).status().code(), absl::StatusCode::kUnavailable);
  BookingFact again = Requested();
  log::v1::Fact out;
  EXPECT_EQ(Sealer(away).Seal(kTenant, again, out).code(), absl::StatusCode::kUnavailable);
}

TEST_F(SealerTest, ManyThreadsSealAndOpen) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this] {
      for (int i = 0; i < 50; ++i) {
        BookingFact fact = Requested();
        ProviderFact other = Registered();
        Sealed(other, "provider/v1");
        const log::v1::Fact sealed = Sealed(fact);
        BookingFact opened;
        EXPECT_EQ(*opener_.Open(sealed, opened), Opening::kOpened);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace regard::privacy
