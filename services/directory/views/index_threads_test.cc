// One writer, readers beside it: every answer is of one moment. Worth most under ThreadSanitizer.
#include <atomic>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/directory/views/search.h"

namespace regard::directory {
namespace {

TEST(Index, ReadersSeeWholeBatches) {
  constexpr int kPairs = 40;
  Index index;
  internal::v1::DocumentRow row;
  row.set_tier(internal::v1::TIER_BOOKABLE);
  row.add_title_stems("garden");
  std::atomic<bool> stop{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      Query query;
      query.stems = {"garden"};
      do {
        // Each batch adds or removes a pair.
        EXPECT_EQ(Search(*index.snapshot(), query).total % 2, 0);
      } while (!stop.load());
    });
  }
  for (int round = 0; round < 3 * kPairs; ++round) {
    const absl::optional<internal::v1::DocumentRow> next = round / kPairs == 1 ? absl::nullopt : absl::make_optional(row);
    const int pair = round % kPairs;
    index.Apply({{{absl::StrCat("listing/a", pair), next}, {absl::StrCat("listing/b", pair), next}}, nullptr, {}});
  }
  stop.store(true);
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(index.snapshot()->size(), size_t{2 * kPairs});
}

}  // namespace
}  // namespace regard::directory
