/// The places of a sequence's numbers in the row-major elements of a tensor. Number i of group g of sequence n is at
/// g · groupStride + n · sequenceStride + i; it is row g · width + i of a lane.
///
///     tensor        groups     width   groupStride   sequenceStride
///     (N, L, F)     L          F       F             L · F
///     (L, N, F)     L          F       N · F         F
///     (S, N, H)     S          H       N · H         H
///     (N, F)        1          F       –             F
struct LanePlaces {
    let groups, width: Int
    let groupStride, sequenceStride: Int

    /// The places in (groups, N, width).
    static func groupMajor(_ groups: Int, _ count: Int, _ width: Int) -> LanePlaces {
        LanePlaces(groups: groups, width: width, groupStride: count * width, sequenceStride: width)
    }

    /// The places in (N, groups, width).
    static func sequenceMajor(_ groups: Int, _ width: Int) -> LanePlaces {
        LanePlaces(groups: groups, width: width, groupStride: width, sequenceStride: groups * width)
    }

    /// The number of rows of a lane.
    var rows: Int { groups * width }

    /// Whether the groups of a sequence are contiguous in the tensor.
    var isContiguous: Bool { groups == 1 || groupStride == width }

    /// Returns whether each row of a lane is at the same place.
    func matches(_ other: LanePlaces) -> Bool {
        guard rows == other.rows, sequenceStride == other.sequenceStride else { return false }
        return isContiguous && other.isContiguous
            || groups == other.groups && groupStride == other.groupStride
    }

    /// Returns the same places in groups of another width; nil if such groups are not contiguous.
    func grouped(width: Int) -> LanePlaces? {
        if width == self.width { return self }
        guard isContiguous, rows % width == 0 else { return nil }
        return LanePlaces(
            groups: rows / width, width: width, groupStride: width, sequenceStride: sequenceStride)
    }

    /// Returns the places of groups of another width whose groups are in the same order; nil if the strides are not
    /// multiples of the width.
    func replacing(width: Int) -> LanePlaces? {
        guard groups == 1 || groupStride % self.width == 0, sequenceStride % self.width == 0 else {
            return nil
        }
        return LanePlaces(
            groups: groups, width: width, groupStride: groupStride / self.width * width,
            sequenceStride: sequenceStride / self.width * width)
    }
}
