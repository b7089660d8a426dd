import Network
import Testing

/// The expected numbers come from an implementation in Python's whole numbers, which also gives the
/// published outputs of SplitMix64 from 1234567 and of xoshiro256** from the state 1, 2, 3, 4.
@Suite("The random generator")
struct RandomGeneratorTests {
  @Test(
    "a seed and a stream give xoshiro256**'s numbers",
    arguments: [
      (
        UInt64(0), UInt64(0),
        [
          0x99EC_5F36_CB75_F2B4, 0xBF6E_1F78_4956_452A, 0x1A5F_849D_4933_E6E0,
          0x6AA5_94F1_262D_2D2C, 0xBBA5_AD4A_1F84_2E59, 0xFFEF_8375_D9EB_CACA,
        ]
      ),
      (
        1, 0,
        [
          0xB3F2_AF6D_0FC7_10C5, 0x853B_5596_4736_4CEA, 0x92F8_9756_082A_4514,
          0x642E_1C7B_C266_A3A7, 0xB27A_48E2_9A23_3673, 0x24C1_2312_6FFD_A722,
        ]
      ),
      (
        1, 1,
        [
          0x4173_5E38_6E83_315A, 0xB654_9E03_5B28_AA96, 0xCAD9_AFA4_9D11_06C0,
          0x2966_DC27_F696_DDBE, 0x3DD5_5B47_A112_DAEE, 0xFA57_EBA5_8B54_657F,
        ]
      ),
      (
        .max, 3,
        [
          0x906E_5AD2_DD71_2642, 0x428D_2E35_CC8E_F072, 0x4CC0_9844_7DBD_358B,
          0x8DE9_8E5C_A58E_2122, 0xD618_E9BB_ED42_149B, 0x1A02_0CA9_7808_19B6,
        ]
      ),
    ] as [(UInt64, UInt64, [UInt64])])
  func numbers(seed: UInt64, stream: UInt64, expected: [UInt64]) {
    var generator = RandomGenerator(seed: seed, stream: stream)
    #expect((0..<6).map { _ in generator.next() } == expected)
  }

  @Test("uniform numbers are the top 53 bits")
  func uniform() {
    var generator = RandomGenerator(seed: 7)
    #expect(
      (0..<4).map { _ in generator.uniform() } == [
        0x1.66b1f5ee9df2ep-1, 0x1.1d70f6593d20ap-2, 0x1.ade3a6932a58fp-1, 0x1.f65270e63d00ep-1,
      ])
  }

  @Test("normal numbers are Box and Muller's of two uniform ones")
  func normal() {
    var generator = RandomGenerator(seed: 7)
    let expected = [
      -0.2790239910251981, 1.8997685786889567, 2.136306014732201, 0.2805221356340433,
    ]
    for value in expected { #expect(abs(generator.normal() - value) <= 1e-14) }
  }

  @Test("indices are the high half of the product with the bound")
  func index() {
    var generator = RandomGenerator(seed: 7)
    #expect(
      (0..<12).map { _ in generator.index(below: 10) } == [7, 2, 8, 9, 9, 8, 0, 1, 4, 1, 5, 7])
  }

  @Test("a permutation is Fisher and Yates's, and has each number once")
  func permutation() {
    var generator = RandomGenerator(seed: 7)
    #expect(generator.permutation(12) == [2, 10, 4, 1, 5, 0, 6, 7, 9, 11, 3, 8])
    #expect(generator.permutation(1000).sorted() == Array(0..<1000))
    #expect(generator.permutation(0).isEmpty && generator.permutation(1) == [0])
  }

  @Test("a generator is its state: copies go on alike, and one that has drawn differs")
  func equality() {
    var generator = RandomGenerator(seed: 7, stream: 2)
    var copy = generator
    #expect(generator == RandomGenerator(seed: 7, stream: 2))
    _ = generator.next()
    #expect(generator != copy)
    _ = copy.next()
    #expect(generator == copy)
  }
}
