#include "libs/privacy/digester.h"

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace regard::privacy {
namespace {

Key KeyOf(char byte) { return *Key::FromBytes(std::string(Key::kBytes, byte)); }

// Digests are stored with requests: the same request must have the same digest in every later release.
TEST(Digester, IsGolden) {
  std::string key;
  for (int i = 0; i < 32; ++i) key.push_back(static_cast<char>(i));
  // Python: hashlib.blake2b(b"regard", digest_size=16, key=bytes(range(32))).hexdigest()
  EXPECT_EQ(absl::BytesToHexString(Digester(*Key::FromBytes(key)).Digest("regard")),
            "d6bfa30bc83c66ce7612fa1ba3e20cac");
}

TEST(Digester, DependsOnBytesAndKey) {
  const Digester digester(KeyOf('k'));
  EXPECT_EQ(digester.Digest("request").size(), Digester::kDigestBytes);
  EXPECT_EQ(digester.Digest("request"), Digester(KeyOf('k')).Digest("request"));
  EXPECT_NE(digester.Digest("request"), digester.Digest("request "));
  EXPECT_NE(digester.Digest("request"), Digester(KeyOf('l')).Digest("request"));
  EXPECT_NE(digester.Digest(""), Digester(KeyOf('l')).Digest(""));
}

}  // namespace
}  // namespace regard::privacy
