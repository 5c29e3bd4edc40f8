package contestants

import (
	"net/http"
	"strconv"

	"github.com/endpoints-frameworks/endpoints-go/internal/bench/arena"

	"github.com/gin-gonic/gin"
)

// gin: plain structs, encoding/json (gin's default build), no middleware.
func init() {
	gin.SetMode(gin.ReleaseMode)
	arena.Register(arena.Contestant{Name: "gin", New: newGin})
}

func ginErr(c *gin.Context, err error) {
	e := backendError(err)
	c.JSON(e.Code.HTTP(), gin.H{"code": int(e.Code), "message": e.Msg})
}

func newGin() http.Handler {
	r := gin.New()
	r.GET("/v1/shelves/:shelf/books/:book", func(c *gin.Context) {
		id, err := strconv.ParseInt(c.Param("book"), 10, 64)
		if err != nil {
			ginErr(c, &arena.Error{Code: arena.InvalidArgument, Msg: err.Error()})
			return
		}
		out, err := arena.GetBookStruct(c.Param("shelf"), id, c.Query("view"), c.Query("language"))
		if err != nil {
			ginErr(c, err)
			return
		}
		c.JSON(200, out)
	})
	r.GET("/v1/shelves/:shelf/books", func(c *gin.Context) {
		n, err := strconv.ParseInt(c.Query("page_size"), 10, 32)
		if err != nil {
			ginErr(c, &arena.Error{Code: arena.InvalidArgument, Msg: err.Error()})
			return
		}
		out, err := arena.ListBooksStruct(c.Param("shelf"), int32(n))
		if err != nil {
			ginErr(c, err)
			return
		}
		c.JSON(200, out)
	})
	r.POST("/v1/shelves/:shelf/books", func(c *gin.Context) {
		var b arena.Book
		if err := c.ShouldBindJSON(&b); err != nil {
			ginErr(c, &arena.Error{Code: arena.InvalidArgument, Msg: err.Error()})
			return
		}
		out, err := arena.CreateBookStruct(c.Param("shelf"), &b)
		if err != nil {
			ginErr(c, err)
			return
		}
		c.JSON(200, out)
	})
	r.POST("/v1/imports", func(c *gin.Context) {
		var b arena.BookImport
		if err := c.ShouldBindJSON(&b); err != nil {
			ginErr(c, &arena.Error{Code: arena.InvalidArgument, Msg: err.Error()})
			return
		}
		out, err := arena.ImportBooksStruct(&b)
		if err != nil {
			ginErr(c, err)
			return
		}
		c.JSON(200, out)
	})
	return r
}
