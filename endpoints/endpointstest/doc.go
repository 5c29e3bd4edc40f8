// Package endpointstest helps to test APIs and the exceptions that they raise.
//
//	func TestUpdateShelf(t *testing.T) {
//		api := newAPI(t)
//		endpointstest.Declared(t, api) // fails if a method raises what it does not declare
//		client := endpointstest.Client(t, api)
//		resp, err := client.Get("http://library.test/library/v1/shelves/a")
//		...
//	}
package endpointstest
