// A target needs a source file; the functions are written in Swift, in MartletABI.
