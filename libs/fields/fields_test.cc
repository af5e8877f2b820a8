#include "libs/fields/fields.h"

#include <functional>
#include <string>

#include "gtest/gtest.h"
#include "libs/base/money.h"

namespace regard {
namespace {

std::string ReasonOf(const std::function<void(Fields&)>& check) {
  Fields fields;
  check(fields);
  return fields.ok() ? "" : FromStatus(fields.status()).reason;
}

TEST(Fields, Ids) {
  const auto reason = [](const std::string& value) { return ReasonOf([&](Fields& f) { f.Id("id", value); }); };
  EXPECT_EQ(reason("0190a9c2-6f7e-7cc0-98c5-000000000001"), "");
  EXPECT_EQ(reason("A.b_c:d-9"), "");
  EXPECT_EQ(reason(std::string(kMaxIdBytes, 'a')), "");
  EXPECT_EQ(reason(std::string(kMaxIdBytes + 1, 'a')), "NOT_AN_ID");
  EXPECT_EQ(reason(""), "NOT_AN_ID");
  EXPECT_EQ(reason("a/b"), "NOT_AN_ID");
  EXPECT_EQ(reason("a b"), "NOT_AN_ID");
  EXPECT_EQ(ReasonOf([](Fields& f) { f.OptionalId("id", ""); }), "");
  EXPECT_EQ(ReasonOf([](Fields& f) { f.OptionalId("id", "/"); }), "NOT_AN_ID");
}

TEST(Fields, SubjectsCouncilsAndCodes) {
  EXPECT_EQ(ReasonOf([](Fields& f) { f.Subject("s", "anna@example"); }), "");
  EXPECT_EQ(ReasonOf([](Fields& f) { f.Subject("s", "an na"); }), "NOT_A_SUBJECT");
  EXPECT_EQ(ReasonOf([](Fields& f) { f.Subject("s", std::string(kMaxSubjectBytes + 1, 'a')); }), "NOT_A_SUBJECT");
  EXPECT_EQ(ReasonOf([](Fields& f) { f.Council("c", "E08000009"); }), "");
  EXPECT_EQ(ReasonOf([](Fields& f) { f.Council("c", "e08000009"); }), "NOT_A_COUNCIL");
  EXPECT_EQ(ReasonOf([](Fields& f) { f.Council("c", "E0800000"); }), "NOT_A_COUNCIL");
  EXPECT_EQ(ReasonOf([](Fields& f) { f.Council("c", ""); }), "NOT_A_COUNCIL");
  EXPECT_EQ(ReasonOf([](Fields& f) { f.Code("c", "CHANGED_MIND_2"); }), "");
  EXPECT_EQ(ReasonOf([](Fields& f) { f.Code("c", "Mrs Jones died"); }), "NOT_A_CODE");
  EXPECT_EQ(ReasonOf([](Fields& f) { f.OptionalCode("c", ""); }), "");
}

TEST(Fields, WordsOfAFixedSet) {
  constexpr absl::string_view kWords[] = {"HOLIDAY", "ILLNESS"};
  EXPECT_EQ(ReasonOf([&](Fields& f) { f.OneOf("w", "ILLNESS", kWords); }), "");
  EXPECT_EQ(ReasonOf([&](Fields& f) { f.OneOf("w", "MRS_JONES_DIED", kWords); }), "UNKNOWN_WORD");
  EXPECT_EQ(ReasonOf([&](Fields& f) { f.OneOf("w", "", kWords); }), "UNKNOWN_WORD");
}

TEST(Fields, Texts) {
  EXPECT_EQ(ReasonOf([](Fields& f) { f.Text("t", "Tea,\nand caf\xc3\xa9", 20); }), "");
  EXPECT_EQ(ReasonOf([](Fields& f) { f.Text("t", " \n", 20); }), "EMPTY");
  EXPECT_EQ(ReasonOf([](Fields& f) { f.Text("t", "abc", 2); }), "TOO_LONG");
  EXPECT_EQ(ReasonOf([](Fields& f) { f.Text("t", "a\x01", 20); }), "NOT_TEXT");
  EXPECT_EQ(ReasonOf([](Fields& f) { f.OptionalText("t", "", 20); }), "");
}

TEST(Fields, NumbersAndCounts) {
  EXPECT_EQ(ReasonOf([](Fields& f) { f.Number("n", 1, 1, 2).Number("n", 2, 1, 2); }), "");
  EXPECT_EQ(ReasonOf([](Fields& f) { f.Number("n", 0, 1, 2); }), "OUT_OF_RANGE");
  EXPECT_EQ(ReasonOf([](Fields& f) { f.Number("n", 3, 1, 2); }), "OUT_OF_RANGE");
  EXPECT_EQ(ReasonOf([](Fields& f) { f.Count("n", 0, 1, 2); }), "TOO_FEW");
  EXPECT_EQ(ReasonOf([](Fields& f) { f.Count("n", 3, 1, 2); }), "TOO_MANY");
}

TEST(Fields, AmountsArePoundsWithinBounds) {
  base::v1::Money money = Pounds(1);
  EXPECT_EQ(ReasonOf([&](Fields& f) { f.Amount("a", money); }), "");
  money.set_pence(0);
  EXPECT_EQ(ReasonOf([&](Fields& f) { f.Amount("a", money); }), "AMOUNT_OUT_OF_RANGE");
  EXPECT_EQ(ReasonOf([&](Fields& f) { f.Amount("a", money, 0); }), "");
  money.set_pence(kMaxAmountPence + 1);
  EXPECT_EQ(ReasonOf([&](Fields& f) { f.Amount("a", money); }), "AMOUNT_OUT_OF_RANGE");
  money.set_pence(5);
  money.clear_currency();
  EXPECT_EQ(ReasonOf([&](Fields& f) { f.Amount("a", money); }), "");
  money.set_currency("EUR");
  EXPECT_EQ(ReasonOf([&](Fields& f) { f.Amount("a", money); }), "NOT_POUNDS");
}

TEST(Fields, TimesAndChoices) {
  google::protobuf::Timestamp time;
  EXPECT_EQ(ReasonOf([&](Fields& f) { f.Time("t", time); }), "");
  time.set_nanos(-1);
  EXPECT_EQ(ReasonOf([&](Fields& f) { f.Time("t", time); }), "NOT_A_TIME");
  EXPECT_EQ(ReasonOf([](Fields& f) { f.Chosen("k", base::v1::PROVIDER_KIND_AGENCY); }), "");
  EXPECT_EQ(ReasonOf([](Fields& f) { f.Chosen("k", base::v1::PROVIDER_KIND_UNSPECIFIED); }), "UNSPECIFIED");
  EXPECT_EQ(ReasonOf([](Fields& f) { f.Chosen("k", static_cast<base::v1::ProviderKind>(999)); }), "UNKNOWN_VALUE");
  EXPECT_EQ(ReasonOf([](Fields& f) { f.OptionallyChosen("k", base::v1::PROVIDER_KIND_UNSPECIFIED); }), "");
}

TEST(Fields, TheFirstFindingIsKeptWithItsField) {
  const Rejection finding = FromStatus(Fields().Id("first", "").Text("second", "", 5).status());
  EXPECT_EQ(finding.kind, Rejection::Kind::kInvalid);
  EXPECT_EQ(finding.field, "first");
  EXPECT_TRUE(Fields().Id("first", "a").status().ok());
}

TEST(Fields, PageSizesAreBounded) {
  EXPECT_EQ(PageSize(0), kDefaultPageSize);
  EXPECT_EQ(PageSize(-5), kDefaultPageSize);
  EXPECT_EQ(PageSize(7), 7);
  EXPECT_EQ(PageSize(100000), kMaxPageSize);
}

}  // namespace
}  // namespace regard
